"""
Supervision (督办): what is opened when somebody was late, or when a resident is dissatisfied for the second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from whistle.contracts import SupervisionCause, SupervisionOutcome
from whistle_routing.domain.clocks import Clock

SUPERVISED_FROM_ROUND = 3
"""The first round is the filing, the second follows the first dissatisfaction, the third the second one."""


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """
    One order (督办单) to ``party``. ``dispatch`` and ``clock`` tell what was late; both are None when the resident's
    dissatisfaction is the cause.
    """

    id: str
    version: int
    case_no: str
    district: str
    party: str
    dispatch: str | None
    clock: str | None
    cause: SupervisionCause
    reason: str
    state: Literal["open", "closed"] = "open"
    opened_at: dt.datetime
    closed_at: dt.datetime | None = None
    outcome: SupervisionOutcome | None = None


def is_supervised(orders: Iterable[Supervision], dispatch: str | None) -> bool:
    """Is there an open order about this dispatch (None: about the case) already? There is never a second one."""
    return any(one.state == "open" and one.dispatch == dispatch for one in orders)


def relieved(order: Supervision, clocks: Iterable[Clock]) -> bool:
    """Is nothing overdue any more of what the order is about, a dispatch or the whole case?"""
    return order.cause == "overdue" and not any(
        one.dispatch == order.dispatch and one.state == "overdue" for one in clocks
    )


def close(order: Supervision, *, at: dt.datetime, outcome: SupervisionOutcome) -> Supervision:
    """The closed order."""
    return replace(order, state="closed", closed_at=at, outcome=outcome, version=order.version + 1)
