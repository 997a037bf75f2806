"""
The README's examples, run as they stand there.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import whistle.department
from tests.integration.department.city import City
from whistle.contracts import DispatchSent
from whistle.contracts.export import example_body
from whistle.department import Timing
from whistle.department.describe import LABELS
from whistle.testing import wait_for

README = (Path(whistle.department.__file__).parent / "README.md").read_text(encoding="utf-8")


def cut(mark: str) -> str:
    """The code between two marks."""
    found = re.search(rf"<!-- {mark}: begin -->\n```\w+\n(.*?)```\n<!-- {mark}: end -->", README, re.DOTALL)
    assert found is not None
    return found[1]


@contextlib.contextmanager
def running(code: str, city: City, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The code as a program of its own; killed at the end."""
    (folder / "example.py").write_text(code, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-u", "example.py"],
        cwd=folder,
        env={**os.environ, "WHISTLE_BUS_URL": city.account.url, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_the_example_signs_and_reports_everything(city: City, tmp_path: Path) -> None:
    """Twenty lines at most, cut from the page, do what the page says."""
    code = cut("example")
    sent = [city.send(), city.send()]
    with running(code, city, tmp_path) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        wait_for(lambda: 4 <= city.depth("routing.actions"), timeout=20)
    actions = [(action.data.verb(), action.cause) for action, _, _ in city.actions()]

    assert 20 >= len(code.splitlines())
    assert "26-00421-7 3号楼路灯不亮 幸福里小区3号楼\n" == line
    assert [
        ("sign", sent[0].id),
        ("report", sent[0].id),
        ("sign", sent[1].id),
        ("report", sent[1].id),
    ] == actions


def test_the_plain_example_needs_nothing_of_whistle(city: City, tmp_path: Path) -> None:
    """What plain pika sends is read like any other action."""
    code = cut("plain")
    city.send()
    with running(code, city, tmp_path):
        wait_for(lambda: 1 == city.depth("routing.actions"), timeout=20)
    ((action, properties, key),) = city.actions()

    assert "import whistle" not in code
    assert "from whistle" not in code
    assert ("sign", "26-00421-7", "power-bureau") == (action.data.verb(), action.case_no, action.party)
    assert ("mawei.power-bureau", "mawei.power-bureau.sign") == (properties.user_id, key)


def test_the_body_on_the_page_is_the_contracts_own() -> None:
    """The example message is not older than the code."""
    assert example_body(DispatchSent) == json.loads(cut("body"))


def test_the_page_speaks_of_every_message_and_of_the_real_limits() -> None:
    """A new message to parties must be explained; numbers in the text are those of the code."""
    named = set(re.findall(r"`([a-z]+\.[a-z]+)`", README))
    spanned = {
        "dispatch.arrived",
        "dispatch.progressed",
        "dispatch.reported",
    }  # "dispatch.signed … dispatch.returned"

    assert set() == set(LABELS) - named - spanned
    assert (1, 300) == Timing().retry
