"""
``./dev bench spine``: one case's way on RabbitMQ and PostgreSQL with fsync, beside a floor measured in the
same run (design §10).

Measured: cases/s from HTTP POST to the department's queue; lifecycles/s (file, dispatch, sign, report,
answer); the latency from POST to queue at full load and at a quarter of it; CPU per case by process; and
embedded cases/s with its memory. The floor does the same durable steps with bare eventlet.wsgi, psycopg2
and py-amqp and the same batching (``spine_parts/floor``).
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from spine_parts import floor as bare
from spine_parts.accounting import cpu_seconds, peak_memory, percentiles
from spine_parts.stack import Stack, answers, whistle_command

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.testing.servers.child import free_port
from whistle.testing.waiting import wait_for

HERE = Path(__file__).parent
CONNECTIONS = 64


@contextmanager
def _departments(stack: Stack, expected: int, *, act: bool, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        sys.executable,
        "-m",
        "spine_parts.departments",
        stack.bus_url,
        ",".join(stack.queues),
        str(expected),
    ]
    process = subprocess.Popen([*command, "1" if act else "0", str(out)], cwd=HERE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process
    finally:
        process.terminate()


def drive(stack: Stack, url: str, token: str, *, cases: int, rate: float) -> dict[str, Any]:
    """File ``cases`` and wait until each is in a department's queue; figures of that run."""
    filed, arrived = stack.folder / "filed.txt", stack.folder / "arrived.txt"
    before = stack.cpu()
    with _departments(stack, cases, act=False, out=arrived) as departments:
        load = [
            sys.executable,
            "-m",
            "spine_parts.load",
            url,
            token,
            str(cases),
            str(CONNECTIONS),
            str(rate),
            str(filed),
        ]
        subprocess.run(load, cwd=HERE, check=True, env=_quiet(), timeout=300)
        departments.wait(300)
    after = stack.cpu()
    sent = {line.split()[0]: (float(line.split()[1]), float(line.split()[2])) for line in filed.open()}
    first: dict[str, float] = {}
    for line in arrived.open():
        no, at = line.split()
        first.setdefault(no, float(at))
    missing = sent.keys() - first.keys()
    start = min(times[0] for times in sent.values())
    return {
        "cases": cases,
        "missing": len(missing),
        "cases_per_second": round(cases / (max(first.values()) - start), 1),
        "posts_per_second": round(cases / (max(times[1] for times in sent.values()) - start), 1),
        "post_ms": percentiles([answered - asked for asked, answered in sent.values()]),
        "post_to_queue_ms": percentiles([first[no] - sent[no][0] for no in sent.keys() & first.keys()]),
        "cpu_ms_per_case": {name: round(1000 * (after[name] - before[name]) / cases, 2) for name in before},
    }


def lifecycles(stack: Stack, url: str, token: str, cases: int) -> dict[str, Any]:
    """File, dispatch, sign, report, answer: how many cases a second go all that way."""
    filed, answered = stack.folder / "filed.txt", stack.folder / "answered.txt"
    before = stack.cpu()
    clerk = [sys.executable, "-m", "spine_parts.clerk", stack.bus_url, url, token, str(cases), str(answered)]
    office = subprocess.Popen(clerk, cwd=HERE, stdout=subprocess.PIPE, env=_quiet())
    assert office.stdout is not None
    office.stdout.readline()
    with _departments(stack, 10**9, act=True, out=stack.folder / "acted.txt"):
        load = [
            sys.executable,
            "-m",
            "spine_parts.load",
            url,
            token,
            str(cases),
            str(CONNECTIONS),
            "0",
            str(filed),
        ]
        subprocess.run(load, cwd=HERE, check=True, env=_quiet(), timeout=300)
        office.wait(300)
    after = stack.cpu()
    start = min(float(line.split()[1]) for line in filed.open())
    done = [float(line.split()[1]) for line in answered.open()]
    return {
        "cases": cases,
        "answered": len(done),
        "lifecycles_per_second": round(len(done) / (max(done) - start), 1),
        "cpu_ms_per_case": {name: round(1000 * (after[name] - before[name]) / cases, 2) for name in before},
    }


def embedded(folder: Path, cases: int) -> dict[str, Any]:
    """The whole platform in one process: from POST until every case is assigned, and the memory it took."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")}
    env |= {"WHISTLE_LOG_LEVEL": "WARNING", "WHISTLE_DISTRICTS": "mawei", "PYTHONWARNINGS": "ignore"}
    env |= {
        "WHISTLE_SECRET_KEY": (secret := secrets.token_urlsafe(48)),
        "WHISTLE_DATA": str(folder / "embedded"),
    }
    process = subprocess.Popen(
        [*whistle_command(), "up", "--http", f"127.0.0.1:{port}"], env=env, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/readyz"), timeout=60, what="the embedded platform")
        token = Tokens(secret, SystemClock()).issue(sub="bench", role="admin", scope="*")
        filed = folder / "filed.txt"
        before = cpu_seconds(process.pid)
        load = [
            sys.executable,
            "-m",
            "spine_parts.load",
            url,
            token,
            str(cases),
            str(CONNECTIONS),
            "0",
            str(filed),
        ]
        subprocess.run(load, cwd=HERE, check=True, env=_quiet(), timeout=300)
        wait_for(lambda: _assigned(url) >= cases, timeout=120, what="every case assigned")
        end = time.monotonic()
        start = min(float(line.split()[1]) for line in filed.open())
        return {
            "cases": cases,
            "cases_per_second": round(cases / (end - start), 1),
            "cpu_ms_per_case": round(1000 * (cpu_seconds(process.pid) - before) / cases, 2),
            "memory_mib": round(peak_memory(process.pid), 1),
        }
    finally:
        process.terminate()
        process.wait(30)


def _assigned(url: str) -> int:
    with urlopen(f"{url}/api/v1/stats", timeout=10) as answer:
        return int(json.load(answer)["states"].get("assigned", 0))


def _quiet() -> dict[str, str]:
    return {**os.environ, "PYTHONWARNINGS": "ignore"}


def floor(stack: Stack, cases: int) -> dict[str, Any]:
    """The same durable steps, bare, on the same servers."""
    database_url = stack.postgres.create_database("floor")
    stack.postgres.execute(bare.TABLES, database="floor")
    bare.declare(stack.bus_url)
    port = free_port()
    processes = {
        f"floor {role}": subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "spine_parts.floor",
                role,
                str(port),
                stack.bus_url,
                database_url,
            ],
            cwd=HERE,
        )
        for role in ("http", "route", "follow", "notify")
    }
    services, stack.processes, stack.queues = stack.processes, processes, ["floor.party"]
    try:
        wait_for(lambda: _listens(port), timeout=30, what="the floor's listener")
        drive(stack, f"http://127.0.0.1:{port}", "-", cases=200, rate=0)
        return drive(stack, f"http://127.0.0.1:{port}", "-", cases=cases, rate=0)
    finally:
        stack.processes = services
        for process in processes.values():
            process.kill()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def spine(folder: Path, cases: int) -> dict[str, Any]:
    """Our own figures."""
    stack = Stack(folder)
    try:
        stack.start()
        token = Tokens(stack.secret, SystemClock()).issue(sub="bench", role="admin", scope="*")
        url = f"http://127.0.0.1:{stack.ports['intake']}"
        drive(stack, url, token, cases=200, rate=0)  # warm up
        full = drive(stack, url, token, cases=cases, rate=0)
        quarter = drive(stack, url, token, cases=max(200, cases // 4), rate=full["cases_per_second"] / 4)
        whole = lifecycles(stack, url, token, cases // 2)
        memory = {name: round(peak_memory(process.pid), 1) for name, process in stack.processes.items()}
        for process in stack.processes.values():
            process.terminate()
            process.wait(30)
        below = floor(stack, cases)
        ratio = round(full["cases_per_second"] / below["cases_per_second"], 2)
        return {
            "full": full,
            "lifecycles": whole,
            "quarter": quarter,
            "memory_mib": memory,
            "floor": below,
            "ratio_to_floor": ratio,
        }
    finally:
        stack.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=3000)
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="whistle-bench-")))
        started = time.monotonic()
        figures = spine(folder, options.cases)
        figures["embedded"] = embedded(folder, options.cases)
        figures["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
