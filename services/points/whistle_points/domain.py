"""
What is true of points: the rule of an award, balanced transfers, their reversal, the chain that binds them.

Amounts are integers in tenths of a point. A *scheme* (one district) has a chart of accounts of its own; a balance is only ever a
sum of postings: ``issue`` is the source and goes negative, ``member:<id>:earned`` is what a member has.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from whistle.contracts import CaseClosed, Rating

ISSUE = "issue"
GENESIS = "0" * 64
"""What the first transfer of a scheme names as its predecessor."""
AWARD = "award"
REVERSAL = "reversal"
_MEMBER = re.compile(r"[\w.-]{1,60}")


def earned_account(member: str) -> str:
    """The account of what a member has earned and not spent."""
    return f"member:{member}:earned"


# --- the rule -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AwardRule:
    """
    One scoring item (积分项目): what a closed case is worth to each member who helped, in tenths, by the resident's rating.

    ``tenths[None]`` is for a case that nobody rated; a rating that is missing earns nothing.
    """

    name: str
    version: int
    outcomes: frozenset[str]
    tenths: Mapping[Rating | None, int]


CASE_CLOSED = AwardRule(
    name="case-closed",
    version=1,
    outcomes=frozenset({"resolved"}),
    tenths=MappingProxyType({"very_satisfied": 20, "satisfied": 20, "basically_satisfied": 10, None: 10}),
)


def worth(closed: CaseClosed, rule: AwardRule = CASE_CLOSED) -> int:
    """What the case is worth to each helper, in tenths."""
    return rule.tenths.get(closed.rating, 0) if closed.outcome in rule.outcomes else 0


def helpers(names: Iterable[str]) -> tuple[str, ...]:
    """The members who helped, each once; what can be no member's number is left out."""
    return tuple(dict.fromkeys(name for name in names if _MEMBER.fullmatch(name)))


# --- transfers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One line of a transfer. ``lot`` is the award that these points come from (and will one day expire with)."""

    account: str
    tenths: int
    lot: str | None = None


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """
    One movement of points; its postings add up to zero, it is never changed.

    ``ref`` is unique in the scheme: it names the fact that is booked, so that the same fact told twice is booked once.
    ``seq``, ``prev_hash`` and ``hash`` are given by :func:`chain`.
    """

    id: str
    scheme: str
    kind: str
    ref: str
    reason: str
    rule: str
    member: str
    case_no: str
    round: int
    cause: str
    effective_at: dt.datetime
    recorded_at: dt.datetime
    postings: tuple[Posting, ...]
    reverses: str | None = None
    seq: int = 0
    prev_hash: str = GENESIS
    hash: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """
    Where and when something happened that moves points.

    ``cause`` is the id of the event; ``effective_at`` when it happened, ``recorded_at`` when it is booked.
    """

    scheme: str
    case_no: str
    cause: str
    effective_at: dt.datetime
    recorded_at: dt.datetime


def award(
    closed: CaseClosed, *, member: str, fact: Fact, transfer_id: str, rule: AwardRule = CASE_CLOSED
) -> Transfer:
    """``issue`` → the member's account; opens a lot named after the transfer."""
    tenths = worth(closed, rule)
    return Transfer(
        id=transfer_id,
        scheme=fact.scheme,
        kind=AWARD,
        ref=award_ref(fact.case_no, closed.round, member=member, rule=rule),
        reason=f"{closed.outcome}, {closed.rating or 'not rated'}",
        rule=f"{rule.name}.v{rule.version}",
        member=member,
        case_no=fact.case_no,
        round=closed.round,
        cause=fact.cause,
        effective_at=fact.effective_at,
        recorded_at=fact.recorded_at,
        postings=(
            Posting(account=ISSUE, tenths=-tenths),
            Posting(account=earned_account(member), tenths=tenths, lot=transfer_id),
        ),
    )


def award_ref(case_no: str, case_round: int, *, member: str, rule: AwardRule = CASE_CLOSED) -> str:
    """The fact of an award; the rule's version is no part of it, so a new version does not award anew."""
    return f"case/{case_no}/{case_round}/{rule.name}/{member}"


def reversal(of: Transfer, *, fact: Fact, reason: str, transfer_id: str) -> Transfer:
    """
    The mirror of a transfer.

    Raises:
        ValueError: ``of`` is itself a reversal; who was wrong to reverse books anew.
    """
    if of.reverses is not None:
        raise ValueError(f"{of.id} is a reversal and cannot be reversed")
    return replace(
        of,
        id=transfer_id,
        kind=REVERSAL,
        ref=f"reversal/{of.id}",
        reason=reason,
        cause=fact.cause,
        effective_at=fact.effective_at,
        recorded_at=fact.recorded_at,
        postings=tuple(replace(posting, tenths=-posting.tenths) for posting in of.postings),
        reverses=of.id,
        seq=0,
        prev_hash=GENESIS,
        hash="",
    )


def to_reverse(transfers: Iterable[Transfer], *, begun: int) -> tuple[Transfer, ...]:
    """The awards of rounds before ``begun`` that still stand."""
    booked = list(transfers)
    gone = {transfer.reverses for transfer in booked}
    return tuple(
        transfer
        for transfer in booked
        if transfer.kind == AWARD and transfer.round < begun and transfer.id not in gone
    )


# --- the chain ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last link of a scheme's chain."""

    scheme: str
    seq: int = 0
    hash: str = GENESIS
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class CaseRound:
    """Which round of a case began last by a reopening; awards of earlier rounds do not stand."""

    case_no: str
    scheme: str
    round: int
    version: int


def chain(head: Head, transfer: Transfer) -> tuple[Head, Transfer]:
    """
    Bind ``transfer`` to everything that was booked before it in its scheme.

    Raises:
        ValueError: its postings do not add up to zero, or it belongs to another scheme.
    """
    if sum(posting.tenths for posting in transfer.postings) != 0:
        raise ValueError(f"the postings of {transfer.ref} do not add up to zero")
    if transfer.scheme != head.scheme:
        raise ValueError(f"{transfer.ref} belongs to {transfer.scheme}, not to {head.scheme}")
    linked = replace(transfer, seq=head.seq + 1, prev_hash=head.hash)
    linked = replace(linked, hash=digest(linked))
    return replace(head, seq=linked.seq, hash=linked.hash, version=head.version + 1), linked


def digest(transfer: Transfer) -> str:
    """SHA-256 (hex) over the canonical JSON of a transfer, its postings and its predecessor's hash."""
    content = {
        "prev_hash": transfer.prev_hash,
        "scheme": transfer.scheme,
        "seq": transfer.seq,
        "id": transfer.id,
        "kind": transfer.kind,
        "ref": transfer.ref,
        "reason": transfer.reason,
        "rule": transfer.rule,
        "member": transfer.member,
        "case_no": transfer.case_no,
        "round": transfer.round,
        "cause": transfer.cause,
        "reverses": transfer.reverses,
        "effective_at": _instant(transfer.effective_at),
        "recorded_at": _instant(transfer.recorded_at),
        "postings": [[posting.account, posting.tenths, posting.lot] for posting in transfer.postings],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _instant(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds")


def points(tenths: int) -> str:
    """Tenths as people write points: ``2``, ``0.5``, ``-1.5``."""
    whole, tenth = divmod(abs(tenths), 10)
    return ("-" if tenths < 0 else "") + (f"{whole}.{tenth}" if tenth else str(whole))
