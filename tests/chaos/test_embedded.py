"""kill -9 of the embedded platform at random moments, while cases come in and while they are routed."""

from __future__ import annotations

import csv
import json
import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.load import DISTRICT, Filing
from tests.chaos.once import Filed, assert_all_once, balances
from whistle.simulation.samples import bodies
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform
from whistle.testing.platform.part import WHISTLE
from whistle.testing.servers.child import Child

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
ROWS, KILLS = 1000, 10
FILED, KILLS_WHILE_FILING = 200, 3
NEVER = threading.Event()
NEEDLE = "起先办不成的诉求"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[EmbeddedPlatform]:
    with EmbeddedPlatform(tmp_path) as running:
        yield running


@pytest.fixture
def chance() -> random.Random:
    """Random moments, told in the report of a test that fails."""
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    return random.Random(seed)


def test_ten_kills_during_an_import_of_a_thousand_rows_lose_and_double_nothing(
    platform: EmbeddedPlatform, chance: random.Random, tmp_path: Path
) -> None:
    """Killed ten times while rows come in, are routed, or are recovered from the kill before: each row is one case."""
    before, titles = balances(platform), write_ledger(tmp_path / "ledger.csv")
    command = ("ledger", "import", str(tmp_path / "ledger.csv"), "--district", DISTRICT, "--json")
    for _ in range(KILLS):
        importing = Child([*WHISTLE, *command], log=tmp_path / "import.log", env=platform.environment)
        NEVER.wait(chance.uniform(0.5, 3.5))  # not for anything: the moment itself is what is tried
        platform.process.kill()
        importing.end(signal.SIGKILL)
        platform.process.begin()
    platform.process.wait_ready()
    told = json.loads(platform.require(*command))
    assert (ROWS, ROWS, 0) == (told["rows"], told["filed"] + told["known"], told["rejected"])
    found = [(case["title"], case["no"]) for case in platform.cases()]
    assert sorted(titles) == sorted(title for title, _ in found)
    assert_all_once(platform, Filed(dict(found)), before=before, timeout=150)


def test_a_message_that_waits_for_its_next_try_survives_two_kills(tmp_path: Path) -> None:
    """Failed before one kill, published again and in the handler at the next: it is still delivered."""
    # what follows the message waits for it, up to ten seconds longer: a row that a killed relay had claimed is leased so long
    platform = EmbeddedPlatform(tmp_path, WHISTLE_RETRY_SECONDS="4,4,4,4,4,4")
    try:
        platform.process.start(fault=f"fail-on={NEEDLE}")
        body = {"district": DISTRICT, "title": NEEDLE, "text": f"{NEEDLE},自来水发黄。", "door": "hotline"}
        no = platform.http("POST", "/api/v1/cases", body).body["no"]
        wait_for(
            lambda: platform.process.log.read_text().count('"message_later"') >= 2, what="it to fail twice"
        )
        platform.process.kill()
        platform.process.begin(fault="die-in-handler@1")
        assert -signal.SIGKILL == platform.process.wait_ended()
        platform.process.start()
        platform.wait_until_closed([no])
        assert [] == platform.wait_until_clean()["differences"]
    finally:
        platform.close()


def write_ledger(path: Path) -> list[str]:
    """A file of a thousand rows, as another system would hand them over; their titles."""
    titles: list[str] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["来源编号", "标题", "内容", "渠道", "地点"])
        for number, body in enumerate(bodies(ROWS, DISTRICT)):
            titles.append(f"{body['title']} {number}")
            writer.writerow([f"old-{number}", titles[-1], body["text"], body["door"], body["place"]])
    return titles


def test_kills_while_cases_are_filed_over_http_break_no_promise(
    platform: EmbeddedPlatform, chance: random.Random
) -> None:
    """Whoever got a number has a case, whoever got none and asks again has one case: at whatever moment it is killed."""
    before = balances(platform)
    with Filing(platform, FILED, workers=8) as filing:
        for moment in sorted(chance.sample(range(1, FILED), KILLS_WHILE_FILING)):
            filing.wait_for(moment)
            platform.process.kill()
            platform.process.start()
        filing.wait()
    assert_all_once(platform, filing, before=before)
