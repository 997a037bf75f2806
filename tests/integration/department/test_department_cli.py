"""
``whistle department``: a department at its terminal.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.integration.department.city import DISTRICT, PARTY, City
from whistle.cli.department import app
from whistle.contracts import REGISTRY, DispatchSent, Extend, Report, Return, decode
from whistle.testing import wait_for
from whistle.testing.servers import free_port


def settings(city: City, folder: Path) -> dict[str, str]:
    return {
        "WHISTLE_BUS_URL": city.account.url,
        "WHISTLE_DISTRICT": DISTRICT,
        "WHISTLE_PARTY": PARTY,
        "WHISTLE_DATA": str(folder),
    }


def run(city: City, folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env=settings(city, folder))


@contextlib.contextmanager
def listening(city: City, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """``whistle department listen`` as a process; killed at the end, if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from whistle.cli import main; main()", "department", "listen", *arguments],
        env={**os.environ, **settings(city, folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_listen_prints_a_line_for_people_and_ends_with_ctrl_c(city: City, tmp_path: Path) -> None:
    """What happened, which case, where, until when; Ctrl-C ends it with 0 and without a traceback."""
    city.send()
    with listening(city, tmp_path) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        wait_for(lambda: 0 == city.depth())
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=15)

    assert 0 == process.returncode
    assert "" == rest
    assert "Traceback" not in errors
    for word in (
        "派单",
        "26-00421-7",
        "3号楼路灯不亮",
        "幸福里小区3号楼",
        str(DispatchSent.example["dispatch"]),
    ):
        assert word in line


def test_listen_json_prints_the_event_once(city: City, tmp_path: Path) -> None:
    """One JSON object a line, the body itself; a second start does not print it again."""
    first = city.send(copies=2)
    with listening(city, tmp_path, "--json") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        wait_for(lambda: 0 == city.depth())
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=15)
    second = city.send()
    with listening(city, tmp_path, "--json") as process:
        assert process.stdout is not None
        assert second.id == json.loads(process.stdout.readline())["id"]

    assert first == decode(line, REGISTRY)
    assert "" == rest


def test_listen_ends_when_nobody_reads_and_keeps_the_message(city: City, tmp_path: Path) -> None:
    """``whistle department listen | head``: what could not be printed stays in the queue."""
    with listening(city, tmp_path, "--json") as process:
        assert process.stdout is not None
        wait_for(lambda: 1 == city.consumers(), timeout=20)
        process.stdout.close()
        city.send()
        assert 1 == process.wait(20)

    wait_for(lambda: 1 == city.depth())


def test_each_action_is_one_command(city: City, tmp_path: Path) -> None:
    """Every command prints the action's event id."""
    done = [
        run(city, tmp_path, "sign", "d", "--by", "张工"),
        run(city, tmp_path, "arrive", "d", "--by", "张工"),
        run(city, tmp_path, "progress", "d", "--by", "张工", "--text", "已到货"),
        run(
            city,
            tmp_path,
            "report",
            "d",
            "--by",
            "张工",
            "--text",
            "好了",
            "--member",
            "m-1",
            "--member",
            "m-2",
        ),
        run(
            city, tmp_path, "return", "d", "--by", "张工", "--basis", "第四条", "--suggest", "drainage-office"
        ),
        run(city, tmp_path, "first-contact", "d", "--by", "张工", "--text", "已联系"),
        run(city, tmp_path, "extend", "d", "5 个工作日", "--by", "张工", "--reason", "停电施工"),
        run(city, tmp_path, "urge", "d", "--by", "李主任", "--text", "请抓紧"),
    ]
    found = [event for event, _, _ in city.actions()]

    assert [0] * 8 == [result.exit_code for result in done]
    assert [result.stdout.strip() for result in done] == [event.id for event in found]
    verbs = ["sign", "arrive", "progress", "report", "return", "first_contact", "extend", "urge"]
    assert verbs == [event.data.verb() for event in found]
    assert Report(dispatch="d", by="张工", text="好了", members=("m-1", "m-2")) == found[3].data
    given = Return(dispatch="d", by="张工", basis="第四条", suggested="drainage-office")
    asked = Extend(dispatch="d", by="张工", span="5 个工作日", reason="停电施工")
    assert (given, asked) == (found[4].data, found[6].data)


def test_poison_lists_what_was_set_aside(city: City, tmp_path: Path) -> None:
    """One line each for people, the whole body as JSON."""
    city.send(body=b"{broken")
    with listening(city, tmp_path) as process:
        wait_for(lambda: "{broken" in run(city, tmp_path, "poison", "--json").stdout, timeout=20)
        assert process.poll() is None
    (row,) = [json.loads(line) for line in run(city, tmp_path, "poison", "--json").stdout.splitlines()]
    (line,) = run(city, tmp_path, "poison").stdout.splitlines()

    assert "{broken" == row["body"]
    assert row["digest"][:12] in line
    assert row["reason"] in line


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("sign", "d"), 2, "--by"),
        (("sign", "d", "--by", "a", "--url", ""), 2, "WHISTLE_BUS_URL"),
        (("sign", "d", "--by", "a", "--district", ""), 2, "WHISTLE_DISTRICT"),
        (("listen", "--party", ""), 2, "WHISTLE_PARTY"),
        (("sign", "d" * 41, "--by", "a"), 2, "dispatch"),
        (("sign", "d", "--by", "a", "--url", "memory://"), 2, "memory://"),
        (("sign", "d", "--by", "a", "--party", "property"), 2, "no permission"),
        (("listen", "--party", "property"), 2, "no permission"),
        (("poison", "--inbox", "/nowhere/inbox.db"), 2, "/nowhere/inbox.db"),
        (("listen", "--inbox", "/dev/null/inbox.db"), 2, "/dev/null/inbox.db"),
    ],
)
def test_misuse_is_told_in_one_line(
    city: City, tmp_path: Path, arguments: tuple[str, ...], status: int, told: str
) -> None:
    """zh / en on standard error, nothing on standard output."""
    done = run(city, tmp_path, *arguments)

    assert status == done.exit_code
    assert "" == done.stdout
    assert 1 == len(done.stderr.splitlines())
    assert told in done.stderr
    assert " / " in done.stderr


def test_an_unreachable_broker_is_exit_1_because_trying_again_may_help(city: City, tmp_path: Path) -> None:
    """A script can tell a broker that is down from an account that is wrong."""
    url = f"amqp://a:b@127.0.0.1:{free_port()}/"
    done = run(city, tmp_path, "sign", "d", "--by", "a", "--url", url, "--wait", "0.5")

    assert 1 == done.exit_code
    assert 1 == len(done.stderr.splitlines())


def test_listen_says_so_while_the_broker_is_down(city: City, tmp_path: Path) -> None:
    """A daemon does not give up; each try is one line on standard error."""
    with listening(city, tmp_path, "--url", f"amqp://a:b@127.0.0.1:{free_port()}/") as process:
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert 0 == process.wait(15)

    assert all("cannot reach the message bus" in line for line in lines)
