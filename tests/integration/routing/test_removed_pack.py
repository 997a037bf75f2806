"""A district whose pack was removed: its cases wait, and whoever operates the platform is told."""

from __future__ import annotations

import json

import pytest

from tests.integration.routing.town import DISTRICT
from whistle.contracts import CaseFiled, new_event
from whistle.runtime.services import open_database
from whistle.settings import load_settings
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform
from whistle_routing import handlers
from whistle_routing.lanes import Lanes
from whistle_routing.service import RoutingService
from whistle_routing.tools import Tools

GONE = "xiaoshan"
LINE = "routing: 2 件诉求等待已卸载的区 xiaoshan / 2 case(s) wait for district xiaoshan, whose pack is not installed"


def file_in(database, district, *numbers):
    """Cases that routing has taken and not decided."""
    tools = Tools.made(load_settings(), database=database, clock=database.clock)
    for no in numbers:
        now = database.clock.now()
        data = CaseFiled(title="路灯", text="不亮", door="hotline", filed_at=now)
        event = new_event(data, source="intake", district=district, time=now, case_no=no)
        with database.write() as unit, unit.step(event):
            handlers.take_case(unit, event, tools=tools)


def test_cases_of_a_removed_pack_are_counted_and_left_alone(town):
    """The others are decided; these have no lane, and no plugin is asked in vain."""
    file_in(town.database, GONE, "26-00001-1", "26-00002-2")
    file_in(town.database, DISTRICT, "26-00003-3")
    with town.database.read() as unit:
        assert {GONE: 2, DISTRICT: 1} == unit.pending_counts()
        assert [LINE.removeprefix("routing: ")] == handlers.complaints(unit, {DISTRICT})
        assert [] == handlers.complaints(unit, {DISTRICT, GONE})
    started = []
    lanes = Lanes({DISTRICT})
    assert [False, True] == [lanes.run(name, started.append) for name in (GONE, DISTRICT)]
    lanes.join(5)
    assert [DISTRICT] == started


@pytest.fixture
def platform(tmp_path, monkeypatch):
    """A folder with databases in which two cases of such a district wait; not started."""
    made = EmbeddedPlatform(tmp_path)
    made.require("db", "upgrade")
    monkeypatch.setenv("WHISTLE_DATA", made.environment["WHISTLE_DATA"])
    database = open_database(RoutingService, load_settings())
    file_in(database, GONE, "26-00001-1", "26-00002-2")
    database.close()
    yield made
    made.close()


def test_verify_doctor_and_the_log_name_them(platform):
    """By district and number; verify and doctor fail."""
    found = platform.cli("verify", "--json")
    assert (1, True) == (found.code, LINE in json.loads(found.stdout)["differences"])
    doctor = platform.cli("doctor")
    assert (1, True) == (doctor.code, LINE in doctor.stderr.splitlines()), doctor.stderr
    platform.start()

    def logged():
        lines = platform.process.log.read_text().splitlines()
        return [json.loads(line) for line in lines if "cases_wait_for_pack" in line]

    (line,) = wait_for(logged, timeout=20, what="the line in the log")
    assert (GONE, 2, "routing", "warning") == (
        line["district"],
        line["cases"],
        line["service"],
        line["level"],
    )
    assert "lane_failed" not in platform.process.log.read_text()
