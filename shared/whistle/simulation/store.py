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
        self.say(
            action,
            district=event.district,
            party=event.data.party,
            case_no=event.case_no,
            cause=event.id,
            after=after,
        )

    def say(
        self,
        action: Action,
        *,
        district: str,
        party: str,
        case_no: str | None = None,
        cause: str | None = None,
        after: float = 0.0,
    ) -> str:
        """Stage an action of any party; returns its event id."""
        told: Event[Action] = new_event(
            action,
            source=f"party/{party}",
            district=district,
            time=self.now,
            case_no=case_no,
            party=party,
            cause=cause,
        )
        self.stage_outgoing(
            Outgoing(
                id=new_id(),
                message_id=told.id,
                type=told.type,
                exchange=topology.ACTIONS,
                routing_key=topology.action_key(action, district=district, party=party),
                body=encode(told).decode(),
                case_no=case_no,
                created_at=self.now,
                not_before=self.now + (dt.timedelta(seconds=after) if after else self.lease),
                headers={"user_id": topology.party_user(district, party)},
            )
        )
        return told.id
