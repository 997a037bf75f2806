"""
Transfers: balanced movements between named accounts, never changed, bound by a chain of hashes.

A *scheme* (one district) has a book of its own; a balance is only ever a sum of postings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

GENESIS = "0" * 64
"""What the first transfer of a scheme names as its predecessor."""
AWARD = "award"
DEDUCTION = "deduction"
HOLD = "hold"
SETTLE = "settle"
VOID = "void"
LAPSE = "lapse"
EXPIRE = "expire"
REVERSAL = "reversal"
ENDINGS = (SETTLE, VOID, LAPSE)
"""A hold ends in exactly one of these."""
KIND_WORDS = {
    AWARD: ("得分", "award"),
    DEDUCTION: ("扣分", "deduction"),
    HOLD: ("预订", "set aside"),
    SETTLE: ("兑换", "exchanged"),
    VOID: ("退回", "given back"),
    LAPSE: ("逾期退回", "not fetched in time"),
    EXPIRE: ("过期", "expired"),
    REVERSAL: ("冲正", "reversed"),
}
REVERSIBLE = (AWARD, DEDUCTION, SETTLE)
"""A void or a lapse is undone by a new order, an expiry by an award, a reversal not at all."""


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
    ``cause`` is the event or the person behind it. ``seq``, ``prev_hash`` and ``hash`` are given by :func:`chain`.
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

    def moved(self, account: str) -> int:
        """What this transfer adds to an account, in tenths."""
        return sum(posting.tenths for posting in self.postings if posting.account == account)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """
    Where and when something happened that moves points.

    ``cause`` is the id of the event, or ``user:<sub>``; ``effective_at`` when it happened, ``recorded_at`` when it is booked.
    """

    scheme: str
    cause: str
    effective_at: dt.datetime
    recorded_at: dt.datetime
    case_no: str = ""
    round: int = 0


def transfer(
    fact: Fact,
    *,
    transfer_id: str,
    kind: str,
    ref: str,
    member: str,
    postings: Iterable[Posting],
    reason: str,
    rule: str = "",
    reverses: str | None = None,
) -> Transfer:
    """A transfer that is not in the chain yet; empty postings are left out."""
    return Transfer(
        id=transfer_id,
        scheme=fact.scheme,
        kind=kind,
        ref=ref,
        reason=reason[:300],
        rule=rule,
        member=member,
        case_no=fact.case_no,
        round=fact.round,
        cause=fact.cause,
        effective_at=fact.effective_at,
        recorded_at=fact.recorded_at,
        postings=tuple(posting for posting in postings if posting.tenths),
        reverses=reverses,
    )


# --- the chain ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last link of a scheme's chain."""

    scheme: str
    seq: int = 0
    hash: str = GENESIS
    version: int = 0


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
    seq, link = head.seq + 1, {"prev_hash": head.hash}
    link["hash"] = _digest(transfer, seq=seq, prev_hash=head.hash)
    # built anew instead of by `replace`, which looks every field up: this is done for each transfer
    linked = Transfer(**{**vars(transfer), "seq": seq, **link})
    return Head(scheme=head.scheme, seq=seq, hash=linked.hash, version=head.version + 1), linked


def digest(transfer: Transfer) -> str:
    """SHA-256 (hex) over the canonical JSON of a transfer, its postings and its predecessor's hash."""
    return _digest(transfer, seq=transfer.seq, prev_hash=transfer.prev_hash)


def _digest(transfer: Transfer, *, seq: int, prev_hash: str) -> str:
    content = {
        "prev_hash": prev_hash,
        "scheme": transfer.scheme,
        "seq": seq,
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
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _instant(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds")
