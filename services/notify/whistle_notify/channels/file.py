"""
The file channel: one JSON line per notice, on disk before it counts as delivered. For demonstrations, for tests, and for a
city's own programs that carry the lines on.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from whistle.errors import Transient
from whistle.settings import Settings, service_value
from whistle_notify.channels.interface import Letter, masked
from whistle_notify.domain import Contact
from whistle_notify.settings import notices_file

_REACHED = ("email", "wecom", "staff", "party", "member")


class FileChannel:
    """
    Appends to ``path`` (mode 0600), addresses masked. ``echo`` prints each line as well.

    A letter that is tried again is looked for first, so a crash between writing and remembering doubles nothing; a line that
    a crash tore is closed off and left to its reader.
    """

    name = "file"

    def __init__(self, path: Path, *, echo: bool = False) -> None:
        self._path = path
        self._echo = echo

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """With ``WHISTLE_NOTIFY_FILE`` and ``WHISTLE_NOTIFY_ECHO``."""
        return cls(notices_file(settings), echo=service_value("bool", "NOTIFY_ECHO", settings, False))

    def can_reach(self, contact: Contact) -> bool:
        return any(contact.get(name) for name in _REACHED)

    def send(self, letter: Letter) -> None:
        self.send_all([letter])

    def send_all(self, letters: Sequence[Letter]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            number = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(number, fcntl.LOCK_EX)  # two processes may deliver to one file
                lines = [_line(letter) for letter in self._fresh(letters)]
                _append(number, lines)
            finally:
                os.close(number)
        except OSError as error:
            raise Transient(
                "通知文件无法写入", f"the notices file cannot be written: {error.strerror}"
            ) from error
        if self._echo:
            sys.stdout.write("".join(lines))
            sys.stdout.flush()

    def _fresh(self, letters: Sequence[Letter]) -> Iterable[Letter]:
        suspects = {letter.notice for letter in letters if letter.attempt > 1}
        there = read_notices(self._path, suspects) if suspects else set()
        return [letter for letter in letters if letter.notice not in there]


def read_notices(path: Path, wanted: set[str]) -> set[str]:
    """Which of ``wanted`` stand in the file; torn lines are passed over."""
    found: set[str] = set()
    with path.open("rb") as lines:
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict) and told.get("notice") in wanted:
                found.add(told["notice"])
    return found


def _line(letter: Letter) -> str:
    told = {
        "notice": letter.notice,
        "at": letter.at.isoformat(),
        "purpose": letter.purpose,
        "to": masked(letter.contact),
        "title": letter.title,
        "text": letter.text,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _append(number: int, lines: Sequence[str]) -> None:
    if not lines:
        return
    size = os.fstat(number).st_size
    torn = size > 0 and os.pread(number, 1, size - 1) != b"\n"
    left = memoryview((("\n" if torn else "") + "".join(lines)).encode())
    while left:
        left = left[os.write(number, left) :]
    os.fsync(number)
