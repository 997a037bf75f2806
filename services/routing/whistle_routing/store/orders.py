"""
What people ordered for plugins, and what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from whistle_routing.store.decision_tables import plugin_orders

_KEPT = ("reload", "shadow", "unshadow")
"""Orders whose effect outlasts a restart."""
RECENT = dt.timedelta(hours=1)


class Orders:
    """The part of routing's unit of work about orders for plugins."""

    connection: sa.Connection
    now: dt.datetime

    def recent_orders(self) -> Sequence[Mapping[str, Any]]:
        """Orders that wait or are less than an hour old, oldest first."""
        recent = plugin_orders.c.ordered_at > self.now - RECENT
        query = sa.select(plugin_orders).where(sa.or_(plugin_orders.c.state == "waiting", recent))
        return [dict(row) for row in self.connection.execute(query.order_by(plugin_orders.c.id)).mappings()]

    def orders_to_resume(self) -> Sequence[Mapping[str, Any]]:
        """Of each district the last order of each lasting kind that succeeded, oldest first: what runs since."""
        last = (
            sa.select(sa.func.max(plugin_orders.c.id))
            .where(plugin_orders.c.state == "done", plugin_orders.c.verb.in_(_KEPT))
            .group_by(plugin_orders.c.district, plugin_orders.c.verb == "reload")
        )
        query = sa.select(plugin_orders).where(plugin_orders.c.id.in_(last)).order_by(plugin_orders.c.id)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def order(self, identity: str) -> Mapping[str, Any] | None:
        """One order."""
        query = sa.select(plugin_orders).where(plugin_orders.c.id == identity)
        row = self.connection.execute(query).mappings().first()
        return dict(row) if row else None

    def orders_of(self, districts: Collection[str], limit: int = 20) -> Sequence[Mapping[str, Any]]:
        """The last orders for these districts, newest first."""
        query = sa.select(plugin_orders).where(plugin_orders.c.district.in_(districts))
        query = query.order_by(plugin_orders.c.id.desc()).limit(limit)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def end_order(self, identity: str, *, state: str, said: str) -> None:
        """Say what became of an order; where several processes follow it, a failure of one stays on record."""
        query = sa.update(plugin_orders).where(
            plugin_orders.c.id == identity, plugin_orders.c.state != "failed"
        )
        self.connection.execute(query.values(state=state, said=said[:2000], done_at=self.now))
