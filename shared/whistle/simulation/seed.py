"""
Demo data for ``whistle up --demo``: some cases at the first start, and staff and residents who go on with
them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from whistle.errors import Misconfigured, WhistleError
from whistle.simulation.people import Client
from whistle.simulation.samples import bodies

log = structlog.get_logger()

CASES = 24
MARK = "demo"
"""A file in the data folder of a demo: there everything that is filed may be acted upon by simulated people."""
EVERY_SECONDS = 5.0


def settle(data: Path, *, fresh: bool) -> None:
    """
    Take a data folder for a demo.

    Raises:
        Misconfigured: it holds what was not made by one; simulated people would act, answer and rate in other people's names.
    """
    mark = data / MARK
    if not fresh and not mark.exists() and any(data.glob("*.db")):
        raise Misconfigured(
            f"{data} 里不是演示数据,模拟人员会代人办理和评价:请去掉 --demo,或用 --data 另选目录,或加 --fresh 清空",
            f"{data} is no demo's: leave --demo out, name another folder with --data, or empty it with --fresh",
        )
    data.mkdir(parents=True, exist_ok=True)
    mark.touch()


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
            if not process.ending:
                log.warning("demo_not_seeded", error=str(error))
        keep_at_work(client, ending=lambda: process.ending)

    threading.Thread(target=live, name="demo-people", daemon=True).start()


def keep_at_work(client: Client, *, ending: Callable[[], bool], every: float = EVERY_SECONDS) -> None:
    """
    Let the demo's people go on, every so many seconds, until the platform is ending; that it does not answer any more then is no
    trouble of theirs.
    """
    pause = threading.Event()
    while not (pause.wait(every) or ending()):
        try:
            client.decide_pleas()
            client.act_for_parties()
            client.answer_resolved()
            client.rate_answered()
        except WhistleError as error:
            if not ending():
                log.warning("demo_people_pause", error=str(error))
