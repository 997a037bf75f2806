"""
The line a department's worker reads.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

from whistle.contracts import MESSAGES, DispatchSent, Message, new_event
from whistle.contracts.asyncapi import TO_PARTIES
from whistle.department.describe import LABELS, describe
from whistle.department.link import pause_after, pauses

TO_A_PARTY = [message for message in MESSAGES if message.name.partition(".")[0] in TO_PARTIES]


@pytest.mark.parametrize("message", TO_A_PARTY, ids=lambda message: message.name)
def test_every_message_to_a_party_is_one_line_with_a_chinese_label(message: type[Message]) -> None:
    """No message is shown by its technical name alone."""
    time = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
    event = new_event(
        message.from_wire(message.example),
        source="routing",
        district="mawei",
        time=time,
        case_no="26-00421-7",
    )

    assert 1 == len(describe(event).splitlines())
    assert f"[{LABELS[message.name]} / {message.name}]" in describe(event)
    assert "26-00421-7" in describe(event)


def test_line_breaks_in_a_text_do_not_break_the_line() -> None:
    """A resident's text has paragraphs; the terminal's line has none."""
    data = DispatchSent.from_wire({**DispatchSent.example, "text": "第一段\n\n第二段\r\n"})
    event = new_event(data, source="routing", district="mawei", time=dt.datetime.now(dt.UTC))

    assert 1 == len(describe(event).splitlines())
    assert "第一段 第二段" in describe(event)


def test_pauses_double_up_to_the_longest_and_are_jittered() -> None:
    """Between half and the whole of 1, 2, 4, 4, …; never the same for all departments at once."""
    waits = pauses((1, 4))
    for longest in (1, 2, 4, 4):
        assert longest / 2 <= next(waits) <= longest
    for attempts, longest in ((0, 1), (1, 2), (2, 4), (9, 4), (10_000, 4)):
        assert longest / 2 <= pause_after(attempts, (1, 4)) <= longest
    assert 1 < len({pause_after(3, (1, 300)) for _ in range(10)})


def test_the_department_needs_nothing_of_the_services() -> None:
    """A light install is enough: what `whistle[service]` brings is not imported."""
    code = (
        "import sys\n"
        "import whistle.department, whistle.cli.department, whistle.cli.contracts, whistle.contracts.export\n"
        "heavy = {'nameko', 'kombu', 'eventlet', 'sqlalchemy', 'psycopg2', 'amqp', 'cryptography', 'werkzeug'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
