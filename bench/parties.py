"""
Measures a department that comes back after three days: letters wait in its queue, the broker restarts, all are handled once.

    ./dev bench parties [--letters 10000] [--json]

Needs PostgreSQL and RabbitMQ on this machine; private servers are started and stopped.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scenario is that of the tests

from tests.integration.routing.mail.absence import Absence
from whistle.testing.servers import LocalPostgres, LocalRabbit


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    rabbit, postgres = LocalRabbit(), LocalPostgres()
    try:
        with tempfile.TemporaryDirectory(prefix="whistle-bench-") as folder:
            result = measure(Path(folder), rabbit.start(), postgres.start(), letters=asked.letters)
    finally:
        rabbit.stop()
        postgres.stop()
    if asked.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:28} {value}")
    return 0


def measure(folder: Path, rabbit: LocalRabbit, postgres: LocalPostgres, *, letters: int) -> dict[str, Any]:
    """Decide and write, let the relay publish, restart the broker, let the client take all, and all once more."""
    name = f"bench_{secrets.token_hex(4)}"
    absence = Absence(folder, rabbit=rabbit, database_url=postgres.create_database(name), letters=letters)
    try:
        absence.begin()
        begun = time.perf_counter()
        absence.file(letters)
        written = time.perf_counter()
        absence.wait_for(letters, timeout=600)
        published = time.perf_counter()
        rabbit.restart()
        restarted = time.perf_counter()
        heard: list[Any] = []
        absence.listen(heard, until=letters, timeout=600)
        taken = time.perf_counter()
        absence.replay(1)
        absence.wait_for(letters, timeout=600)
        again = time.perf_counter()
        numbers = [event.sequence for event in heard]
        return {
            "letters": letters,
            "written_per_second": round(letters / (written - begun)),
            "published_after_last_seconds": round(published - written, 1),
            "broker_restart_seconds": round(restarted - published, 1),
            "handled_per_second": round(letters / (taken - restarted)),
            "replayed_per_second": round(letters / (again - taken)),
            "missing": len(set(range(1, letters + 1)) - set(numbers)),
            "handled_twice": len(numbers) - len(set(numbers)),
            "in_order": numbers == sorted(numbers),
        }
    finally:
        absence.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
