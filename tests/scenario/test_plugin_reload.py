"""
A district's plugin is exchanged while the platform runs: good versions take over, bad ones do not, whatever they do; no case is
lost, and the neighbouring district does not notice.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.packs import NAUGHTY, TABLES, write_pack
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform, Platform

DISTRICT, OTHER = "nanhu", "beihu"
CODE = """
from whistle.plugins import DistrictPlugin

class Plugin(DistrictPlugin):
    district = "nanhu"
    version = "{version}"
    api = 1
{body}
"""
MANIFEST = """
[project]
name = "whistle-district-nanhu"
version = "{version}"
[project.entry-points."whistle.districts"]
nanhu = "whistle_nanhu:Plugin"
"""
HYDRO = '[[parties]]\nid = "hydro"\nname = "水务集团"\nkind = "water"\n\n'
BAD = {
    "2.1.0": "    def route(self, case, facts):\n        raise ValueError('新版坏了')\n",
    "2.2.0": "    def route(self, case, facts):\n        import threading\n        threading.Event().wait()\n",
    "2.3.0": "    def route(self, case, facts):\n        return bytearray(2 * 2**30)\n",
    "2.4.0": "    def route(self, case, facts):\n        import os\n        os._exit(7)\n",
    "2.5.0": "    def route(self, case, facts):\n        return 'nonsense'\n",
    "2.6.0": "    def rout(self, case, facts):\n        return None\n",
    "2.7.0": "    import no_such_module\n",
    "2.8.0": "    def __init__(self, tables):\n        import os\n        os._exit(3)\n",
}
"""What each version does: raises, hangs, takes 2 GB, exits, talks nonsense, misspells a hook, cannot be imported, dies early."""
SAID = {
    "2.1.0": "新版坏了",
    "2.2.0": "did not answer",
    "2.3.0": "MemoryError",
    "2.4.0": "exit 7",
    "2.5.0": "Decision",
    "2.6.0": "rout",
    "2.7.0": "no_such_module",
    "2.8.0": "exit 3",
}


def lay_ready(folder: Path, version: str, body: str, tables: str = TABLES) -> None:
    """A version of the pack where the platform looks for versions."""
    package = folder / f"nanhu-{version}" / "whistle_nanhu"
    package.mkdir(parents=True)
    (package / "district.toml").write_text(tables.replace("{district}", DISTRICT), encoding="utf-8")
    code = CODE.replace("{version}", version).replace("{body}", body)
    (package / "__init__.py").write_text(code, encoding="utf-8")
    (package.parent / "pyproject.toml").write_text(MANIFEST.format(version=version), encoding="utf-8")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The embedded platform with two districts, of which the first has versions that lie ready."""
    site, ready = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("ready")
    for place in (site, ready):
        place.chmod(0o755)
    for district in (DISTRICT, OTHER):
        write_pack(site, district, body=NAUGHTY)
    better = TABLES.replace('lead = "water"', 'lead = "hydro"').replace(
        '[[parties]]\nid = "street"', f'{HYDRO}[[parties]]\nid = "street"'
    )
    lay_ready(ready, "2.0.0", "    pass\n", better)
    for version, body in BAD.items():
        lay_ready(ready, version, body)
    path = ":".join([str(site), *filter(None, sys.path)])
    with EmbeddedPlatform(
        tmp_path_factory.mktemp("platform"),
        PYTHONPATH=path,
        WHISTLE_PACKS=str(ready),
        WHISTLE_DISTRICTS=f"{DISTRICT},{OTHER}",
    ) as platform:
        yield platform


def file_case(platform: Platform, district: str, title: str = "小区停水") -> str:
    body = {"district": district, "title": title, "text": "停水了,请来看看。", "door": "hotline"}
    answer = platform.http("POST", "/api/v1/cases", body)
    assert answer.status == 201, answer
    return str(answer.body["no"])


def decided(platform: Platform, no: str) -> dict[str, Any]:
    """The first decision about a case, when it is there."""

    def first() -> Any:
        answer = platform.http("GET", f"/api/v1/dispatches/decisions/{no}")
        return answer.status == 200 and answer.body["decisions"] and answer.body["decisions"][0]

    return dict(wait_for(first, timeout=30, what=f"a decision about {no}"))


def plugin(platform: Platform, district: str) -> dict[str, Any]:
    return dict(platform.http("GET", f"/api/v1/plugins/{district}").body)


def order(platform: Platform, verb: str, version: str = "") -> dict[str, Any]:
    """Order something for the district and wait for what becomes of it."""
    answer = platform.http("POST", f"/api/v1/plugins/{DISTRICT}/{verb}", {"version": version})
    assert answer.status == 202, answer

    def done() -> Any:
        orders = plugin(platform, DISTRICT)["orders"]
        return next(
            (one for one in orders if one["id"] == answer.body["id"] and one["state"] != "waiting"), None
        )

    return dict(wait_for(done, timeout=40, what=f"the end of {verb} {version}"))


def test_bad_versions_do_not_take_over(platform: Platform) -> None:
    """Each is refused with one line that says why; cases filed meanwhile are decided by the old one; the other district's
    process is not touched."""
    other = plugin(platform, OTHER)["pid"]
    for version in BAD:
        no = file_case(platform, DISTRICT)
        refused = order(platform, "reload", version)
        assert ("failed", True) == (refused["state"], SAID[version] in refused["said"]), refused
        assert "\n" not in refused["said"]
        decision = decided(platform, no)
        assert ("1.2.3", "plugin") == (decision["plugin_version"], decision["source"])
    assert "1.2.3" == plugin(platform, DISTRICT)["version"]
    assert other == plugin(platform, OTHER)["pid"]


def test_a_shadow_is_compared_and_never_acted_upon(platform: Platform) -> None:
    """The live version decides; what the shadow would have done stands beside it."""
    assert "done" == order(platform, "shadow", "2.0.0")["state"]
    no = file_case(platform, DISTRICT)

    def shadowed() -> Any:
        return decided(platform, no)["shadows"]

    (shadow,) = wait_for(shadowed, timeout=30, what="the shadow's answer")
    live = decided(platform, no)
    assert ("1.2.3", "water") == (live["plugin_version"], live["decision"]["lead"])
    assert ("2.0.0", "hydro", ["lead"]) == (
        shadow["plugin_version"],
        shadow["decision"]["lead"],
        shadow["changed"],
    )

    def told() -> list[str]:
        sent = [entry["data"] for entry in platform.case(no)["timeline"] if entry["kind"] == "dispatch.sent"]
        return [data["party"] for data in sent]

    assert ["water"] == wait_for(told, timeout=30, what="the dispatch on the timeline")
    (counted,) = plugin(platform, DISTRICT)["shadow_counts"]
    assert (1, 1, 0) == (counted["answers"], counted["differ"], counted["failed"])
    page = platform.http("GET", f"/api/v1/plugins/{DISTRICT}/shadow?changed=true").body
    assert [no] == [row["case_no"] for row in page["decisions"]]
    assert "done" == order(platform, "unshadow")["state"]


def test_a_plugin_that_is_off_can_be_reset(platform: Platform) -> None:
    """After three failures the breaker keeps it off, visibly; a reset lets it be asked again."""
    for _ in range(3):
        assert "fallback" == decided(platform, file_case(platform, DISTRICT, "raise"))["source"]
    assert "open" == plugin(platform, DISTRICT)["breaker"]["state"]
    assert "停用" in decided(platform, file_case(platform, DISTRICT))["failure"]
    done = platform.cli("plugin", "reset", DISTRICT)
    assert 0 == done.code, done.stderr
    assert "closed" == plugin(platform, DISTRICT)["breaker"]["state"]
    assert "plugin" == decided(platform, file_case(platform, DISTRICT))["source"]


def test_a_good_version_takes_over_and_no_case_is_lost(platform: Platform) -> None:
    """Filed before, during and after: each is decided once, by one version or the other; afterwards by the new one only."""
    numbers = [file_case(platform, DISTRICT) for _ in range(20)]
    answer = platform.http("POST", f"/api/v1/plugins/{DISTRICT}/reload", {"version": "2.0.0"})
    assert 202 == answer.status
    numbers += [file_case(platform, DISTRICT) for _ in range(40)]
    wait_for(lambda: plugin(platform, DISTRICT)["version"] == "2.0.0", timeout=30, what="the new version")
    last = decided(platform, file_case(platform, DISTRICT))
    assert ("2.0.0", "hydro") == (last["plugin_version"], last["decision"]["lead"])
    leads = {"1.2.3": "water", "2.0.0": "hydro"}
    for no in numbers:
        decision = decided(platform, no)
        assert leads[decision["plugin_version"]] == decision["decision"]["lead"]
        assert "plugin" == decision["source"]
    assert "1.2.3" == plugin(platform, OTHER)["version"]


def test_the_command_line_shows_and_explains(platform: Platform) -> None:
    """`reload` of a bad version ends with one line; `trace` explains a case; `replay` reads the records; `status` lists."""
    refused = platform.cli("plugin", "reload", DISTRICT, "--version", "2.1.0")
    assert (True, 1) == (refused.code != 0, refused.stderr.count("\n"))
    assert "新版坏了" in refused.stderr
    no = file_case(platform, DISTRICT)
    decided(platform, no)
    traced = platform.cli("plugin", "trace", no)
    assert 0 == traced.code, traced.stderr
    assert all(word in traced.stdout for word in ("whistle-district-nanhu 2.0.0", "hydro", "停水"))
    shown = platform.cli("plugin", "replay", "--district", DISTRICT, "--version", "2.0.0", "--json")
    assert 0 == shown.code, shown.stderr
    assert json.loads(shown.stdout)["cases"] >= 60
    listed = platform.cli("plugin", "status", "--json", "--url", platform.part_for("/api/v1/plugins").url)
    assert {DISTRICT: "2.0.0", OTHER: "1.2.3"} == {
        one["district"]: one["version"] for one in json.loads(listed.stdout)
    }


def test_the_books_are_in_order_afterwards(platform: Platform) -> None:
    """After all of it nothing is lost, nothing parked."""
    report = platform.wait_until_clean()
    assert (report["lost"], report["dead"]) == (0, 0)
