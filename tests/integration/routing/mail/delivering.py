"""
A process that delivers one party's webhooks, to be killed.

``python -m tests.integration.routing.mail.delivering DATABASE_URL PARTY NOW MOMENT``: NOW (ISO 8601) is the time it takes it to
be. At MOMENT ``record`` it kills itself (SIGKILL) when the receiver has answered and nothing is written down yet; at ``never`` it
ends by itself.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from typing import Any

from tests.integration.routing.mail.conftest import office_of
from tests.integration.routing.town import DISTRICT
from whistle.clock import SetClock
from whistle.storage import Database, make_engine
from whistle_routing.handlers import mail
from whistle_routing.handlers.mail import delivering
from whistle_routing.store import RoutingUnit


def die(*_: Any) -> None:
    """As a machine would."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, party: str, now: str, moment: str) -> None:
    """See above."""
    clock = SetClock(dt.datetime.fromisoformat(now))
    if moment == "record":
        delivering._settle = die  # type: ignore[assignment]  # the product knows nothing of this
    database = Database(make_engine(url, schema="routing"), RoutingUnit, clock=clock)
    mail.deliver_to(office_of(database), f"{DISTRICT}/{party}")


if __name__ == "__main__":
    main(*sys.argv[1:])
