"""
``whistle demo``: the whole platform on free ports, a number of cases all the way, and the books checked at
the end.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from whistle import log
from whistle.errors import DependencyDown, Misconfigured, WhistleError
from whistle.settings import MEMORY_BUS, Settings, load_settings, mask_url

DEADLINE_SECONDS = 600.0
POLL_SECONDS = 0.05
AT_ONCE = 8
"""Residents who file at the same time."""

ROWS: tuple[tuple[str, str], ...] = (
    ("filed", "受理 / filed"),
    ("routed", "分派决定 / routed"),
    ("whistles", "吹哨 / whistles"),
    ("dispatches", "派单 / dispatches"),
    ("returned", "退单 / returned"),
    ("answered", "答复 / answered"),
    ("rated", "评价 / rated"),
    ("reopened", "重办 / reopened"),
    ("closed", "办结 / closed"),
    ("points_earned", "积分(0.1 分)/ points (tenths)"),
    ("notices_delivered", "通知送达 / notices delivered"),
    ("human_tasks", "人工任务 / human tasks"),
    ("dead", "搁置 / dead"),
    ("lost", "丢失 / lost"),
)


def demo(
    cases: Annotated[int, typer.Option("--cases", min=1, max=100_000, help="诉求件数 / how many cases")] = 60,
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "mawei",
    bus: Annotated[
        str, typer.Option("--bus", help="在此 RabbitMQ 上演示(空的 vhost) / on this broker's empty vhost")
    ] = MEMORY_BUS,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON / one JSON object")] = False,
) -> None:
    """演示:受理、分派、吹哨、办理、答复、评价、积分、通知,最后核对 / every step of so many cases, verified at the end."""
    started = time.monotonic()
    log.configure(level="WARNING", form="auto")
    with tempfile.TemporaryDirectory(prefix="whistle-demo-") as folder:
        settings = dataclasses.replace(
            load_settings(),
            data=Path(folder),
            bus_url=bus,
            database_url="",
            http_host="127.0.0.1",
            http_port=0,
            party_queues=True,
        )
        figures = _play(settings, cases, district)
    figures["seconds"] = round(time.monotonic() - started, 2)
    _show(figures, as_json=as_json)
    if figures["lost"] or figures["dead"] or figures["differences"]:
        for line in figures["differences"]:
            print(line, file=sys.stderr)
        raise typer.Exit(1)


def _play(settings: Settings, cases: int, district: str) -> dict[str, Any]:
    from whistle.runtime.verify import verify_all
    from whistle.simulation.people import Client
    from whistle.simulation.samples import bodies

    services, process = _embedded(settings) if settings.embedded else _on_broker(settings)
    process.start()
    try:
        token = process.tokens.issue(sub="demo", role="admin", scope="*")
        with _progress() as progress:
            _file(lambda: Client(process.http.url, token), list(bodies(cases, district)), progress)
            _live(Client(process.http.url, token), cases, progress)
            _settle(process, progress)
    finally:
        process.stop()
    report = verify_all(settings, services, grace=dt.timedelta(0))
    figures: dict[str, Any] = {name: report.facts.get(name, 0) for name, _ in ROWS}
    return {
        **report.facts,
        **figures,
        "dead": report.dead,
        "lost": report.lost,
        "differences": report.differences,
    }


def _embedded(settings: Settings) -> tuple[list[Any], Any]:
    from whistle.runtime.embedded import Embedded
    from whistle.runtime.services import installed_services
    from whistle.simulation.service import Departments

    services = [*installed_services(), Departments]
    return services, Embedded(settings, services).open()


def _on_broker(settings: Settings) -> tuple[list[Any], Any]:
    """
    All services in one process, on a real broker and on files of their own.

    Raises:
        Misconfigured: somebody is at work on that vhost, or something lies in its queues.
    """
    from whistle.messaging.broker import Broker
    from whistle.runtime.process import Process
    from whistle.runtime.services import all_queues, installed_services, prepare
    from whistle.simulation.broker import departments_on
    from whistle.topology.declare import declare, in_use

    services = installed_services()
    queues = all_queues(services, settings)
    with Broker(settings.bus_url).connect() as connection:
        if used := in_use(connection, queues):
            raise Misconfigured(
                f"{mask_url(settings.bus_url)} 上已有平台在用(队列 {used}),请换一个空的 vhost",
                f"a platform uses this vhost already (queue {used}): choose an empty one",
            )
        declare(connection, queues)
    prepare(services, settings)
    services.append(departments_on(settings))
    return services, Process(settings, services)


def _file(connect: Callable[[], Any], filings: list[Any], progress: Progress) -> None:
    """File everything, a few residents at a time."""
    task = progress.add_task("受理 / filing", total=len(filings))
    troubles: list[WhistleError] = []

    def resident(mine: list[Any]) -> None:
        client = connect()
        try:
            for body in mine:
                client.file([body])
                progress.advance(task)
        except WhistleError as error:
            troubles.append(error)

    threads = [threading.Thread(target=resident, args=(filings[place::AT_ONCE],)) for place in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def _live(client: Any, cases: int, progress: Progress) -> None:
    """Be staff and residents until every case is closed."""
    closing = progress.add_task("办结 / closed", total=cases)
    deadline = time.monotonic() + DEADLINE_SECONDS
    closed = 0
    while closed < cases:
        if time.monotonic() > deadline:
            raise DependencyDown("演示超时", f"only {closed} of {cases} cases were closed in time")
        if (
            not client.decide_pleas()
            + client.act_for_parties()
            + client.answer_resolved()
            + client.rate_answered()
        ):
            time.sleep(POLL_SECONDS)
        closed = client.call("GET", "/api/v1/stats")["states"].get("closed", 0)
        progress.update(closing, completed=closed)


def _settle(process: Any, progress: Progress) -> None:
    """Wait until nothing is on its way any more."""
    task = progress.add_task("收尾 / settling", total=None)
    deadline = time.monotonic() + DEADLINE_SECONDS
    quiet = 0
    while quiet < 3 and time.monotonic() < deadline:
        quiet = quiet + 1 if _idle(process) else 0
        time.sleep(2 * POLL_SECONDS)
    progress.update(task, total=1, completed=1)


def _idle(process: Any) -> bool:
    from whistle import outbox
    from whistle.runtime.reconcile import Member, undelivered

    for host in process.hosts:
        with host.database.read() as unit:
            waiting = outbox.backlog(
                unit.connection, unit.kit.outbox, now=unit.now, late_before=unit.now
            ).waiting
            if waiting or getattr(unit, "busy", lambda: False)():
                return False
    members = [Member(type(host.service), host.database) for host in process.hosts]
    return not any(undelivered(members))


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())


def _show(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    table = Table(title="演示结果 / demonstration", show_header=False)
    for name, label in ROWS:
        table.add_row(label, str(figures[name]))
    table.add_row("用时(秒)/ seconds", str(figures["seconds"]))
    Console().print(table)
