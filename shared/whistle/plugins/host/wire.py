"""
What parent and child say to each other: frames of a four-byte length and UTF-8 JSON, over a socket pair.

Parent to child: first :data:`Start` facts, then one frame per batch. Child to parent: one hello, then one frame per case, in
order, as soon as the case is decided; so the parent knows at any time which case is in hand.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Sequence
from typing import Any

from whistle.contracts.plugin import Case, Decision, Deed, Facts, Trigger
from whistle.errors import PluginFailed

MAX_ANSWER = 1024 * 1024
"""Bytes of one frame from the child; a longer one is a failure of the plugin."""
_LENGTH = struct.Struct(">I")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """One question to a plugin: ``route`` without a trigger, ``escalate`` with one."""

    case: Case
    facts: Facts
    trigger: Trigger | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """
    What came of a request.

    Attributes:
        decision: None only in what a bare host answers; a router always has one.
        source: ``plugin``, ``fallback`` (the pack's tables) or ``duty-desk``.
        plugin: name of the pack's distribution.
        version: the pack's version.
        failure: why the plugin did not decide, one line for the timeline, zh-CN / English; None if it did.
        seconds: how long the plugin took, 0 if it was not asked.
        asked: False if this case never reached the plugin, because the breaker is open or the batch was given up.
        request: what was asked; a bare host leaves it out.
        tenths: what a deed is worth, if that was asked and answered.
    """

    decision: Decision | None
    source: str
    plugin: str
    version: str
    failure: str | None = None
    seconds: float = 0.0
    asked: bool = True
    request: Request | None = None
    tenths: int | None = None


def frame(value: object) -> bytes:
    """One value as a frame. Raises ValueError or TypeError for what is not JSON (NaN included)."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
        "utf-8", "replace"
    )
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Cuts a stream of bytes into frames; refuses those that announce more than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        self._buffer += data

    def next(self) -> Any:
        """
        The next whole value, or None if it has not arrived yet.

        Raises:
            PluginFailed: the frame is too long or not JSON.
        """
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > self._limit:
            raise PluginFailed(f"答复过大({length} 字节)", f"the answer is too large ({length} bytes)")
        end = _LENGTH.size + length
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[_LENGTH.size : end])
        del self._buffer[:end]
        try:
            return json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise PluginFailed("答复不是 JSON", "the answer is not JSON") from error


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def roster_of(facts: Facts) -> dict[str, Any]:
    """The part of the facts that is the same for many cases: parties and grid."""
    return {
        "parties": [party.to_json() for party in facts.parties],
        "grid": [node.to_json() for node in facts.grid],
    }


def ask(request: Request, *, number: int, roster: int) -> dict[str, Any]:
    """
    A request as JSON.

    ``number`` comes back with the answer, so that none can be taken for another's; ``roster`` says which of the rosters
    sent so far the case uses.
    """
    return {
        "number": number,
        "case": request.case.to_json(),
        "now": request.facts.now.isoformat(),
        "district": request.facts.district,
        "history": request.facts.history.to_json(),
        "workload": dict(request.facts.workload),
        "repeats": dict(request.facts.repeats),
        "roster": roster,
        "trigger": request.trigger.to_json() if request.trigger else None,
    }


def deeds_batch(deeds: Sequence[Deed], *, first: int, budget: float) -> bytes:
    """Deeds to be scored, as a frame; numbered from ``first``."""
    asked = [{"number": number, "deed": deed.to_json()} for number, deed in enumerate(deeds, start=first)]
    return frame({"budget": budget, "forget": False, "rosters": {}, "cases": asked})


def batch(
    requests: Sequence[Request],
    rosters: tuple[list[int], dict[int, Facts], bool],
    *,
    first: int,
    budget: float,
) -> bytes:
    """
    A batch as a frame.

    Args:
        requests: the cases.
        rosters: of each request its roster's number; the rosters that the child has not seen, by number; whether it must
            forget all others first.
        first: the number of the first case, the others count on.
        budget: seconds per case, for the child's own alarm.
    """
    used, new, forget = rosters
    numbered = enumerate(zip(requests, used, strict=True), start=first)
    return frame(
        {
            "budget": budget,
            "forget": forget,
            "rosters": {str(roster): roster_of(facts) for roster, facts in new.items()},
            "cases": [ask(request, number=number, roster=roster) for number, (request, roster) in numbered],
        }
    )
