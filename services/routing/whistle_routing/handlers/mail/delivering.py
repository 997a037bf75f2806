"""
Webhooks go out: in the order of their numbers, outside of any transaction, under a lease that keeps processes apart.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

import structlog

from whistle.contracts import CONTENT_TYPE
from whistle.errors import StaleVersion
from whistle.ids import new_id
from whistle.webhooks import Unreached, headers_for, post
from whistle_routing.domain import mail
from whistle_routing.domain.mail import Hook, Letter, Reach, Sending
from whistle_routing.office import PostOffice
from whistle_routing.store import RoutingUnit

log = structlog.get_logger()

BATCH = 50
LEASE = dt.timedelta(seconds=60)
"""Longer than a round can take: its budget and one POST that runs into its deadline."""
BUDGET_SECONDS = 20.0


def deliver_webhooks(office: PostOffice) -> int:
    """Let every party with a letter that is due have it in a lane of its own; returns how many lanes were started."""
    with office.database.read() as unit:
        due = unit.mail.due_hooks(unit.now)
    return sum(office.lanes.run(key, lambda name: deliver_to(office, name)) for key in due)


def deliver_to(office: PostOffice, key: str) -> None:
    """Send one party its letters until none is due any more."""
    while _round(office, key):
        pass


def _round(office: PostOffice, key: str) -> bool:
    try:
        claimed = _claim(office, key)
        if claimed is None:
            return False
        hook, letters = claimed
        _settle(office, hook, _send(office, hook, letters))
    except StaleVersion:
        log.info("webhook_taken_by_another", party=key)
        return False
    return True


def _claim(office: PostOffice, key: str) -> tuple[Hook, Sequence[Letter]] | None:
    with office.database.write() as unit:
        hook = unit.mail.hooks.get(key)
        if hook is None or not hook.due(unit.now):
            return None
        letters = unit.mail.after(hook.district, hook.party, sequence=hook.delivered, limit=BATCH)
        if not letters:
            return None
        hook = hook.leased(unit.now, LEASE)
        unit.mail.hooks.put(hook)
        return hook, letters


def _send(office: PostOffice, hook: Hook, letters: Sequence[Letter]) -> Sending:
    """Letters in a row until one is not taken or the round's time is up."""
    now = office.database.clock.now()
    secrets = [office.keys.open(sealed)["secret"] for sealed in mail.valid_secrets(hook, now)]
    taken: list[Letter] = []
    until = time.monotonic() + BUDGET_SECONDS
    for letter in letters:
        if taken and time.monotonic() > until:
            break
        body = letter.body.encode()
        at = office.database.clock.now()
        headers = headers_for(body, secrets=secrets, message_id=letter.id, at=at)
        try:
            answer = post(
                hook.url,
                body,
                {"Content-Type": CONTENT_TYPE, **headers},
                guard=office.guard,
                trust=office.trust,
            )
        except Unreached as error:
            return Sending(taken=taken, missed=letter, error=str(error))
        if not answer.ok:
            return Sending(
                taken=taken,
                missed=letter,
                status=answer.status,
                error=f"HTTP {answer.status}",
                retry_after=answer.retry_after,
            )
        taken.append(letter)
    return Sending(taken=taken)


def _settle(office: PostOffice, hook: Hook, sending: Sending) -> None:
    with office.database.write() as unit:
        held = unit.mail.hooks.get(hook.key)
        if held is None or held.version != hook.version:
            return  # sent again from an earlier number, changed or removed meanwhile: that holds
        settled, lost = mail.settle(hook, sending, unit.now)
        unit.mail.hooks.put(settled)
        unit.mail.acknowledge(sending.taken)
        if lost is not None:
            unit.mail.park(lost, sending.error)
        if settled.state == "ended":
            _end(unit, hook)
    if sending.missed is not None:
        number = sending.missed.sequence
        log.warning("webhook_not_taken", party=hook.key, sequence=number, error=sending.error)


def _end(unit: RoutingUnit, hook: Hook) -> None:
    """The receiver said 410: it is not to be called again; its work is on the pages."""
    before = unit.mail.reach_of(hook.district, hook.party)
    if before is None:
        return
    pages = Reach(
        id=new_id(),
        district=hook.district,
        party=hook.party,
        way="pages",
        url=None,
        filter=before.filter,
        start=unit.now,
        end=None,
        by="webhook",
        why="410 Gone",
    )
    unit.mail.change_reach(pages)
