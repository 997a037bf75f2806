"""
The department's inbox file.
"""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest

from whistle.clock import SetClock
from whistle.department import PartyInbox
from whistle.errors import Misconfigured

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def test_what_was_recorded_is_known_after_a_restart(tmp_path: Path) -> None:
    """The file is the memory; recording twice is no error."""
    path = tmp_path / "new" / "inbox.db"
    with PartyInbox(path) as inbox:
        inbox.record("a", "whistle.dispatch.sent.v1")
        inbox.record("a", "whistle.dispatch.sent.v1")
    with PartyInbox(path) as inbox:
        assert (True, False) == (inbox.knows("a"), inbox.knows("b"))


def test_what_was_set_aside_is_listed_latest_first_and_once(tmp_path: Path) -> None:
    """The same body that comes again is the same row."""
    clock = SetClock(NOON)
    with PartyInbox(tmp_path / "inbox.db", clock=clock) as inbox:
        inbox.set_aside(b"one", message_id="1", reason="x")
        inbox.set_aside(b"one", message_id="1", reason="x")
        clock.advance(dt.timedelta(hours=1))
        inbox.set_aside(b"\xff", message_id=None, reason="y")

        assert [(b"\xff", None, "y"), (b"one", "1", "x")] == [
            (row.body, row.message_id, row.reason) for row in inbox.poison()
        ]
        assert NOON == inbox.poison()[1].at
        assert 1 == len(inbox.poison(limit=1))


def test_ids_are_forgotten_after_the_time_they_are_kept(tmp_path: Path) -> None:
    """The file does not grow for ever."""
    clock = SetClock(NOON)
    with PartyInbox(tmp_path / "inbox.db", clock=clock) as inbox:
        inbox.record("old", "t")
        clock.advance(dt.timedelta(days=300))
        inbox.record("new", "t")
    clock.advance(dt.timedelta(days=100))
    with PartyInbox(tmp_path / "inbox.db", clock=clock) as inbox:
        assert (False, True) == (inbox.knows("old"), inbox.knows("new"))


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    """What a party was sent is nobody else's business on its machine."""
    PartyInbox(tmp_path / "inbox.db").close()

    assert 0o600 == stat.S_IMODE((tmp_path / "inbox.db").stat().st_mode)


def test_a_file_that_is_no_inbox_is_told(tmp_path: Path) -> None:
    """One line with the path, before anything is listened to."""
    (tmp_path / "letter.txt").write_text("dear city, " * 100)
    for path in (tmp_path / "letter.txt", tmp_path, Path("/dev/null/inbox.db")):
        with pytest.raises(Misconfigured, match=str(path)):
            PartyInbox(path)
    assert "dear city, " * 100 == (tmp_path / "letter.txt").read_text()
