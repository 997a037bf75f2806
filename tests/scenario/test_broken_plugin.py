"""
A district whose plugin raises, hangs, dies, eats memory or talks nonsense, on a running platform: its cases are dispatched by the
fallback, their timelines say so, and the neighbouring district does not notice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.plugins.packs import NAUGHTY, write_pack
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform, Platform

FAULTS = {
    "raise": "badraise",
    "memory": "badmemory",
    "_exit": "badexit",
    "stranger": "badstranger",
    "types": "badtypes",
}
"""What the plugin does, and the district that has such a plugin; one each, so that no breaker is open yet."""
HANGING = "badwait"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The embedded platform with naughty districts, installed as an installer would leave them."""
    site = tmp_path_factory.mktemp("site")
    for district in (*FAULTS.values(), HANGING):
        write_pack(site, district, body=NAUGHTY)
    path = ":".join([str(site), *filter(None, sys.path)])
    districts = ",".join(["mawei", *FAULTS.values(), HANGING])
    settings = {"PYTHONPATH": path, "WHISTLE_DISTRICTS": districts}
    with EmbeddedPlatform(tmp_path_factory.mktemp("platform"), **settings) as platform:
        yield platform


def _file(platform: Platform, district: str, title: str) -> str:
    body = {"district": district, "title": title, "text": "小区停水了,请来看看。", "door": "hotline"}
    answer = platform.http("POST", "/api/v1/cases", body)
    assert answer.status == 201, answer
    return str(answer.body["no"])


def _dispatched(platform: Platform, no: str) -> dict[str, Any] | None:
    entries = platform.case(no)["timeline"]
    return next((entry["data"] for entry in entries if entry["kind"] == "dispatch.sent"), None)


def test_another_district_does_not_notice(platform: Platform) -> None:
    """While one district's plugin hangs on case after case, a case of mawei is decided by mawei's plugin before any of them."""
    slow = [_file(platform, HANGING, "wait") for _ in range(3)]
    quick = _file(platform, "mawei", "3号楼")

    sent = wait_for(lambda: _dispatched(platform, quick), timeout=30, what=f"a dispatch of {quick}")

    assert sent["source"] == "plugin"
    assert sent["failure"] is None
    assert not any(_dispatched(platform, no) for no in slow[1:]), "the hanging plugin was not asked yet"
    for no in slow:
        wait_for(lambda no=no: _dispatched(platform, no), timeout=30, what=f"a dispatch of {no}")  # type: ignore[misc]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_the_case_is_dispatched_all_the_same_and_its_timeline_says_why(
    platform: Platform, fault: str
) -> None:
    """Whatever the plugin does, the case has somebody who acts, by the fallback, with the plugin's failure on record."""
    no = _file(platform, FAULTS[fault], fault)

    sent = wait_for(lambda: _dispatched(platform, no), timeout=30, what=f"a dispatch of {no}")

    assert sent["source"] in ("fallback", "duty-desk")
    assert "已停用" not in sent["failure"]
    assert sent["failure"]


def test_the_books_are_in_order_afterwards(platform: Platform) -> None:
    """After all of it nothing is lost, nothing parked."""
    report = platform.wait_until_clean()

    assert (report["lost"], report["dead"]) == (0, 0)
