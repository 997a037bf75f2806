"""Logs: JSON off a terminal, and no contact data however it gets there."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LINES = """
import dataclasses, logging, sys
import structlog
from whistle import log
from whistle.log import about
log.configure(level="INFO", form=sys.argv[1])
logger = structlog.get_logger()
library = logging.getLogger("some.library")
phone = "13812345678"

@dataclasses.dataclass
class Person:
    phone: str

def fails():
    raise ValueError(f"cannot call {phone}")

with about(case="26-00421-7", event_id="0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001"):
    logger.info("said", text=f"电话{phone}", district="马尾")
    logger.info("nested", contact={"phone": phone, "more": [phone, (phone,)]}, number=13812345678, raw=phone.encode())
    logger.info("object", person=Person(phone), error=ValueError(phone))
    logger.info(f"in the event {phone}")
library.info("library %s", phone)
library.info("library", extra={"phone": phone})
try:
    fails()
except ValueError as error:
    logger.warning("failed", exc_info=error)
    library.exception("failed there")
logging.getLogger("kombu.mixins").error("raw body %s", phone)
logging.getLogger("nameko.containers").info("handled %s", phone)
logger.debug("not at this level", text=phone)
"""


def run(form):
    command = [sys.executable, "-W", "ignore", "-c", LINES, form]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (0, "") == (done.returncode, done.stdout), done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def lines():
    """What came out off a terminal, parsed."""
    return [json.loads(line) for line in run("auto").splitlines()]


@pytest.mark.parametrize("form", ["auto", "json", "pretty"])
def test_no_form_tells_a_phone_number(form):
    """Texts, nested values, numbers, objects, exceptions, libraries: the middle of the number is nowhere."""
    text = run(form)
    assert "12345678" not in text
    assert "138****5678" in text


def test_off_a_terminal_each_line_is_an_object(lines):
    """With level, time, event; Chinese as it is."""
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert "马尾" == lines[0]["district"]
    assert "马尾" in run("json")


def test_what_was_bound_once_is_on_every_line(lines):
    """Case number and event id, unmasked; and no longer when the block has ended."""
    assert {("26-00421-7", "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001")} == {
        (line["case"], line["event_id"]) for line in lines[:4]
    }
    assert "case" not in lines[4]


def test_the_name_of_a_line_is_not_lost_to_what_is_bound(lines):
    """Each line says what happened, whatever else it says."""
    assert ["said", "nested", "object"] == [line["event"] for line in lines[:3]]


def test_exceptions_are_told_with_their_trace(lines):
    """Ours and a library's; raw bodies and arguments of the libraries below us are not told at all."""
    traces = [line["exception"] for line in lines if "exception" in line]
    assert 2 == len(traces)
    assert all("in fails" in trace and "ValueError: cannot call 138****5678" in trace for trace in traces)
    assert not [line for line in lines if "raw body" in line["event"] or "handled" in line["event"]]
