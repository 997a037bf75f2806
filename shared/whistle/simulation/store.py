"""
What the simulated departments have heard and answered; the only place with SQL.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from whistle import topology
from whistle.contracts import Action, Event, encode, new_event
from whistle.ids import new_id
from whistle.outbox import Outgoing
from whistle.storage import UnitOfWork, kit_tables

metadata = sa.MetaData()


class DepartmentsUnit(UnitOfWork):
    """Only the kit's tables: what was heard, what was answered."""

    kit = kit_tables(metadata)
    service = "departments"

    def act(self, event: Event[Any], action: Action, *, after: float) -> None:
        """Stage an action of the dispatch's party."""
        party = event.data.party
        told: Event[Action] = new_event(
            action,
            source=f"party/{party}",
            district=event.district,
            time=self.now,
            case_no=event.case_no,
            party=party,
            cause=event.id,
        )
        self.stage_outgoing(
            Outgoing(
                id=new_id(),
                message_id=told.id,
                type=told.type,
                exchange=topology.ACTIONS,
                routing_key=topology.action_key(action, district=event.district, party=party),
                body=encode(told).decode(),
                case_no=event.case_no,
                created_at=self.now,
                not_before=self.now + (dt.timedelta(seconds=after) if after else self.lease),
                headers={"user_id": topology.party_user(event.district, party)},
            )
        )
