"""
Demo data for ``whistle up --demo``: some cases at the first start, and staff and residents who go on with
them.
"""

from __future__ import annotations

import threading
from typing import Any

import structlog

from whistle.errors import WhistleError
from whistle.simulation.people import Client
from whistle.simulation.samples import bodies

log = structlog.get_logger()

CASES = 24
EVERY_SECONDS = 5.0


def seed_over_http(process: Any) -> None:
    """File the demo's cases unless the ledger has any, and keep its people at work in the background."""
    districts = sorted(
        {
            pack
            for host in process.hosts
            for pack in getattr(getattr(host.service, "tools", None), "packs", {})
        }
    )
    token = process.tokens.issue(sub="demo", role="admin", scope="*")
    client = Client(process.http.url, token)

    def live() -> None:
        try:
            if not client.call("GET", "/api/v1/cases?limit=1")["cases"] and districts:
                client.file(bodies(CASES, "mawei" if "mawei" in districts else districts[0]))
        except WhistleError as error:
            log.warning("demo_not_seeded", error=str(error))
        pause = threading.Event()
        while not pause.wait(EVERY_SECONDS):
            try:
                client.decide_pleas()
                client.act_for_parties()
                client.answer_resolved()
                client.rate_answered()
            except WhistleError as error:
                log.warning("demo_people_pause", error=str(error))

    threading.Thread(target=live, name="demo-people", daemon=True).start()
