"""
What happened about a dispatch: what its party was told (its letters, as they were built for it), what it did, and which of its
requests lapsed, in order of time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whistle.http.problems import KINDS
from whistle_routing.domain import Plea
from whistle_routing.domain.mail import Letter
from whistle_routing.pages.desk.words import DECLINED, DID, LAPSED, TOLD

_TEXTS = ("reason", "basis", "text", "comment", "subject", "place", "minutes", "decision")
_IN_BOTH = ("supervision.opened", "supervision.closed", "dispatch.refused")
"""The reason that these messages tell is in both languages."""
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: what (in both languages), when, by whom, until when; ``clock`` is the kind of deadline that it is about."""

    at: dt.datetime
    what: Pair
    by: str = ""
    due: dt.datetime | None = None
    clock: str = ""
    texts: Sequence[Pair] = ()
    refused: Pair | None = None


def history_of(
    letters: Iterable[Letter], actions: Iterable[Mapping[str, Any]], pleas: Sequence[Plea], *, dispatch: str
) -> list[Entry]:
    """Oldest first; ``pleas`` are those of the case, as far as the reader may know what was answered."""
    told = [_told(one, pleas) for one in letters]
    did = [_did(one) for one in actions]
    lapsed = [_lapsed(one) for one in pleas if one.state == "withdrawn" and one.dispatch == dispatch]
    return sorted([*told, *did, *lapsed], key=lambda one: one.at)


def _told(letter: Letter, pleas: Sequence[Plea]) -> Entry:
    name = letter.type.removeprefix("whistle.").rpartition(".v")[0]
    data = json.loads(letter.body)["data"]
    if name == "dispatch.extended":
        data = _granted(data, pleas)
    due = data.get("due_at") or data.get("meet_at")
    texts = () if name == "dispatch.sent" else _texts(name, data)
    what = TOLD.get(name, (name, name))
    return Entry(
        at=letter.sent_at,
        what=DECLINED.get(data.get("kind"), what) if name == "dispatch.declined" else what,
        by=str(data.get("by") or ""),
        due=dt.datetime.fromisoformat(due) if due else None,
        clock=str(data.get("kind") or "") if name.startswith("clock.") else "",
        texts=texts,
    )


def _granted(data: Mapping[str, Any], pleas: Sequence[Plea]) -> Mapping[str, Any]:
    """More time with who granted it and why: the message's ``by`` and ``reason`` are those of who asked, whose entry has them."""
    asked = dt.datetime.fromisoformat(data["asked_at"]) if data.get("asked_at") else None
    if asked is None:  # granted without having been asked for: the reason is the grant's
        return {**data, "by": data["approved_by"]}
    plea = next((one for one in pleas if one.kind == "extension" and one.opened_at == asked), None)
    return {**data, "by": data["approved_by"], "reason": plea.answer if plea else ""}


def _lapsed(plea: Plea) -> Entry:
    """Nobody has to decide it any more; the answer says why, in both languages."""
    zh, _, en = plea.answer.partition(" / ")
    return Entry(
        at=plea.decided_at or plea.opened_at,
        what=LAPSED[plea.kind],
        texts=((zh, en or zh),) if zh else (),
    )


def _texts(name: str, data: Mapping[str, Any]) -> Sequence[Pair]:
    found = [str(data[key]) for key in _TEXTS if data.get(key)]
    if name not in _IN_BOTH:
        return [(text, text) for text in found]
    halves = [text.partition(" / ") for text in found]
    return [(zh, en or zh) for zh, _, en in halves]


def _did(row: Mapping[str, Any]) -> Entry:
    kind = KINDS.get(row["refused"]) if row["refused"] else None
    refused = (kind.zh, kind.en) if kind else (row["refused"], row["refused"]) if row["refused"] else None
    said = row["said"]
    return Entry(
        at=row["at"],
        what=DID.get(row["verb"], (row["verb"],) * 2),
        by=row["by"],
        texts=((said, said),) if said else (),
        refused=refused,
    )
