"""An action that comes before its predecessor's next try waits for it; one that is simply too early is refused at once."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.routing.town import DISTRICT
from whistle import outbox
from whistle.contracts import Arrive, Sign, encode, new_event
from whistle.errors import OutOfOrder
from whistle.outbox import Outgoing
from whistle.topology import actions_queue


def _put_off(town, action):
    """``action`` came and could not be handled yet: a later row of routing's own, as the kit writes it."""
    event = new_event(action, source="party/x", district=DISTRICT, time=town.clock.now())
    with town.database.write() as unit:
        unit.stage_outgoing(
            Outgoing(
                id=event.id,
                message_id=event.id,
                type=event.type,
                exchange="",
                routing_key=actions_queue().name,
                body=encode(event).decode(),
                case_no=None,
                created_at=unit.now,
                not_before=unit.now + dt.timedelta(seconds=1),
                kind="later",
                attempts=1,
            )
        )
    return event.id


def test_who_arrives_waits_for_a_signature_that_is_tried_again(town):
    """It is not refused while the signature waits for its next try, and taken after that."""
    town.file()
    town.decide()
    ident = town.of("light").id
    waiting = _put_off(town, Sign(dispatch=ident, by="张工"))
    with pytest.raises(OutOfOrder):
        town.act(Arrive(dispatch=ident, by="张工"), party="light")
    assert [] == town.actions()

    with town.database.write() as unit:
        outbox.mark_published(unit.connection, unit.kit.outbox, ids=[waiting], now=unit.now)
    town.act(Sign(dispatch=ident, by="张工"), party="light")
    town.act(Arrive(dispatch=ident, by="张工"), party="light")
    assert "arrived" == town.of("light").state


def test_what_is_too_early_is_refused_at_once(town):
    """Nothing waits that it could build upon: another dispatch's signature is none, nor one that was sent after it."""
    town.file()
    town.decide()
    ident = town.of("light").id
    early = new_event(
        Arrive(dispatch=ident, by="张工"), source="party/x", district=DISTRICT, time=town.clock.now()
    )
    _put_off(town, Sign(dispatch="another", by="张工"))
    _put_off(town, Sign(dispatch=ident, by="张工"))
    with town.database.write() as unit, unit.step(early):
        town.take(unit, early, party="light")
    assert [("arrive", "not-allowed-now")] == town.actions()
