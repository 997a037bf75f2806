"""What must hold after every fault: everything filed reached its end, once, and the books agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.chaos.load import DISTRICT, Filing
from whistle.simulation.service import MEMBERS
from whistle.testing import wait_for
from whistle.testing.platform import Platform

TENTHS = {"very_satisfied": 20, "satisfied": 20, "basically_satisfied": 10}
ONCE = ("case.filed", "case.closed")
"""What happens to a case exactly once, however often it was told."""
HELPERS = (*MEMBERS, "m-0001")


@dataclass(frozen=True)
class Filed:
    """What was filed: case numbers by title."""

    numbers: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many there must be."""
        return len(self.numbers)


def balances(platform: Platform) -> Mapping[str, int]:
    """What every member has earned, in tenths."""
    people = platform.people()
    path = "/api/v1/points/members/{}?district={}&limit=1"
    return {name: people.call("GET", path.format(name, DISTRICT))["tenths"] for name in MEMBERS}


def assert_all_once(
    platform: Platform, filing: Filing | Filed, *, before: Mapping[str, int], timeout: float = 90.0
) -> dict[str, Any]:
    """
    Bring everything that was filed to its end; then: one case for each 201, every step once, each dispatch
    once, points as earned, ``verify`` clean. Returns its report.

    Args:
        before: the balances before the filing.
    """
    assert filing.count == len(filing.numbers), f"{len(filing.numbers)} of {filing.count} were filed"
    platform.wait_until_closed(filing.numbers.values(), timeout=timeout)
    report = platform.wait_until_clean(timeout=timeout)
    assert ([], 0, 0) == (report["differences"], report["lost"], report["dead"])
    _assert_filed_once(platform, filing)
    with ThreadPoolExecutor(4) as readers:
        cases = list(readers.map(platform.case, filing.numbers.values()))
    _assert_steps_once(cases)
    _assert_dispatched_once(platform, cases)
    _assert_earned_once(platform, cases, before)
    return report


def _assert_filed_once(platform: Platform, filing: Filing | Filed) -> None:
    found = [(case["title"], case["no"]) for case in platform.cases() if case["title"] in filing.numbers]
    assert sorted(filing.numbers.items()) == sorted(found)


def _assert_steps_once(cases: Collection[Mapping[str, Any]]) -> None:
    kinds = {case["no"]: Counter(entry["kind"] for entry in case["timeline"]) for case in cases}
    assert {} == {no: found for no, found in kinds.items() if any(found[kind] != 1 for kind in ONCE)}


def _assert_dispatched_once(platform: Platform, cases: Collection[Mapping[str, Any]]) -> None:
    """A party is called once in a round, and the timeline tells each call, and each report, once."""
    numbers = {case["no"] for case in cases}
    sent = [one for one in platform.dispatches(district=DISTRICT) if one["case_no"] in numbers]
    calls = Counter((one["case_no"], one["round"], one["party"]) for one in sent)
    assert [] == [call for call, count in calls.items() if count != 1]
    for kind, ids in (
        ("dispatch.sent", [one["id"] for one in sent]),
        ("dispatch.reported", [one["id"] for one in sent if one["state"] == "reported"]),
    ):
        told = [
            entry["data"]["dispatch"] for case in cases for entry in case["timeline"] if entry["kind"] == kind
        ]
        assert sorted(ids) == sorted(told), kind
    assert set() == {one["state"] for one in sent} - {"reported", "returned"}
    assert numbers == {one["case_no"] for one in sent}


def _assert_earned_once(
    platform: Platform, cases: Collection[Mapping[str, Any]], before: Mapping[str, int]
) -> None:
    expected = Counter(before)
    for case in cases:
        reports = [entry["data"] for entry in case["timeline"] if entry["kind"] == "dispatch.reported"]
        for member in {name for report in reports for name in report["members"]}:
            expected[member] += TENTHS[case["rating"]]
    wait_for(
        lambda: Counter(balances(platform)) == +expected, what=f"{dict(expected)} to be earned", timeout=20
    )
