"""
Delivery: take what is due, send it outside of any transaction, write down what came of it.

Any number of processes may do this at once; a lease on each notice keeps them apart. Contact data is opened here, handed to
the channel, and forgotten.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from whistle.contracts import NoticeDelivered, NoticeFailed
from whistle.errors import Poison, Rejected, WhistleError
from whistle.ids import new_id
from whistle_notify import domain
from whistle_notify.channels import BatchChannel, Channel, Letter
from whistle_notify.domain import BY_NAME, Contact, Notice, Recipient, Task
from whistle_notify.handlers import NO_CHANNEL
from whistle_notify.store import NotifyUnit
from whistle_notify.tools import Tools

log = structlog.get_logger()

BATCH = 200
BUDGET_SECONDS = 8.0
"""How long one round sends; what is left is put back, so that a slow channel never looks like a stuck process."""
TITLE = "社区诉求通知"


@dataclass(frozen=True, kw_only=True)
class Try:
    """One claimed notice with the channel that will carry it."""

    notice: Notice
    contact: Contact = field(repr=False)
    text: str
    channel: Channel

    def letter(self, at: dt.datetime) -> Letter:
        return Letter(
            notice=self.notice.id,
            purpose=self.notice.purpose,
            title=TITLE,
            text=self.text,
            contact=self.contact,
            at=at,
            attempt=self.notice.attempts,
        )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a claimed notice: a step of the transition table, and what goes with it."""

    notice: Notice
    step: str
    channel: str | None = None
    text: str | None = None
    reason: str | None = None
    contact: Contact = field(default_factory=dict, repr=False)


def deliver(tools: Tools, *, monotonic: Callable[[], float] = time.monotonic) -> int:
    """One round; returns how many notices it dealt with."""
    with tools.database.look() as unit:
        if not unit.has_due():
            return 0
    with tools.database.write() as unit:
        claimed = unit.claim(limit=BATCH, lease=dt.timedelta(seconds=tools.settings.lease_seconds))
        people = {notice.id: unit.recipients.get(notice.case_no) for notice in claimed}
        now = unit.now
    outcomes: list[Outcome] = []
    tries: list[Try] = []
    for notice in claimed:
        ready = _prepare(tools, notice, people[notice.id])
        if isinstance(ready, Try):
            tries.append(ready)
        else:
            outcomes.append(ready)
    outcomes += _send(tries, at=now, until=monotonic() + BUDGET_SECONDS, monotonic=monotonic)
    with tools.database.write() as unit:
        _record(unit, outcomes, tools)
    return len(claimed)


# --- before -------------------------------------------------------------------------------------------------------


def _prepare(tools: Tools, notice: Notice, recipient: Recipient | None) -> Try | Outcome:
    try:
        contact = _contact(tools, notice, recipient)
        text = tools.texts.render(notice.purpose, notice.facts)
        channel = next((channel for channel in tools.channels if channel.can_reach(contact)), None)
    except Exception as error:  # noqa: BLE001 — one notice that cannot be made ready must not stop the others
        log.warning("notice_not_ready", notice=notice.id, error=type(error).__name__)
        return Outcome(notice=notice, step="retry", reason=f"not ready: {type(error).__name__}")
    if channel is None:
        step = "hand_over" if BY_NAME[notice.purpose].person else "skip"
        return Outcome(notice=notice, step=step, text=text, reason=NO_CHANNEL, contact=contact)
    return Try(notice=notice, contact=contact, text=text, channel=channel)


def _contact(tools: Tools, notice: Notice, recipient: Recipient | None) -> Contact:
    if notice.audience != "resident":
        return {notice.audience: notice.recipient.partition(":")[2]}
    sealed = recipient.contact if recipient else None
    return tools.keys.open(sealed) if sealed else {}


# --- sending ------------------------------------------------------------------------------------------------------


def _send(
    tries: Sequence[Try], *, at: dt.datetime, until: float, monotonic: Callable[[], float]
) -> Iterable[Outcome]:
    by_channel: dict[str, list[Try]] = {}
    for one in tries:
        by_channel.setdefault(one.channel.name, []).append(one)
    quick_first = sorted(
        by_channel.values(), key=lambda group: not isinstance(group[0].channel, BatchChannel)
    )
    for group in quick_first:
        channel: object = group[0].channel
        if isinstance(channel, BatchChannel):
            letters = [one.letter(at) for one in group]
            yield from _outcomes(group, partial(channel.send_all, letters))
            continue
        for one in group:
            if monotonic() >= until:
                yield Outcome(notice=one.notice, step="release")
            else:
                yield from _outcomes([one], partial(one.channel.send, one.letter(at)))


def _outcomes(group: Sequence[Try], send: Callable[[], None]) -> list[Outcome]:
    step, reason = "deliver", None
    try:
        send()
    except Exception as error:  # noqa: BLE001 — a channel is foreign code, whatever it raises is a try that failed
        step = "fail" if isinstance(error, Rejected | Poison) else "retry"
        reason = (error.en if isinstance(error, WhistleError) else type(error).__name__)[:500]
        log.warning("notices_not_sent", count=len(group), channel=group[0].channel.name, error=reason)
    return [
        Outcome(
            notice=one.notice,
            step=step,
            channel=one.channel.name,
            text=one.text,
            reason=reason,
            contact=one.contact,
        )
        for one in group
    ]


# --- after --------------------------------------------------------------------------------------------------------


def _record(unit: NotifyUnit, outcomes: Sequence[Outcome], tools: Tools) -> None:
    """Write down what came of it, unless the lease had run out and somebody else has the notice now."""
    held = unit.still_held({outcome.notice.id: outcome.notice.version for outcome in outcomes})
    for outcome in outcomes:
        if outcome.notice.id in held:
            _settle(unit, outcome, tools)


def _settle(unit: NotifyUnit, outcome: Outcome, tools: Tools) -> None:
    notice, step = outcome.notice, outcome.step
    pause = domain.pause_after(notice.attempts, tools.settings.retry_seconds)
    if step == "retry" and pause is None:
        step = "fail"
    task = _task(unit, outcome) if step in ("fail", "hand_over") else None
    unit.notices.put(
        replace(
            notice,
            state=domain.after(notice.state, step),
            channel=outcome.channel,
            text=outcome.text,
            reason=outcome.reason,
            attempts=notice.attempts - (step == "release"),
            not_before=unit.now + (pause if step == "retry" and pause else dt.timedelta(0)),
            changed_at=unit.now,
            task=task.id if task else None,
            version=notice.version + 1,
        )
    )
    if task is not None:
        unit.ask(task)
        _emit(unit, notice, NoticeFailed(**_told(outcome), task=task.id))
    elif step == "deliver" and notice.audience == "resident":  # only these stand on the case's timeline
        _emit(unit, notice, NoticeDelivered(**_told(outcome), recipient=notice.audience))


def _task(unit: NotifyUnit, outcome: Outcome) -> Task:
    notice = outcome.notice
    kind = domain.way_to(outcome.contact, said=notice.facts.get("way"))
    return Task(
        id=new_id(),
        origin=f"notice/{notice.id}",
        kind=kind,
        purpose=notice.purpose,
        owner=BY_NAME[notice.purpose].owner,
        district=notice.district,
        grid=notice.grid,
        case_no=notice.case_no,
        notice=notice.id,
        text=outcome.text or "",
        state="open",
        created_at=unit.now,
        due_at=domain.due_at(kind, unit.now),
    )


def _told(outcome: Outcome) -> dict[str, str]:
    notice = outcome.notice
    return {"notice": notice.id, "purpose": notice.purpose, "channel": outcome.channel or "none"}


def _emit(unit: NotifyUnit, notice: Notice, message: NoticeDelivered | NoticeFailed) -> None:
    unit.emit(message, district=notice.district, case_no=notice.case_no)
