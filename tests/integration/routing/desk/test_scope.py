"""Over HTTP, too, a token shows and moves what lies in its scope, a grid's no more than a district's."""

from __future__ import annotations

import pytest

from tests.integration.routing.desk.clerks import QI, dispatch, file

LISTS = ("dispatches", "clocks")


@pytest.fixture(scope="module")
def work(platform) -> dict[str, dict]:
    """A dispatch in each of two grids."""
    return {grid: dispatch(platform, file(platform, grid=grid)) for grid in ("g1", "g2")}


def cases_of(platform, path: str, name: str, token: str) -> set[str]:
    """The cases that a list names, through all its pages."""
    found, after = set(), ""
    while after is not None:
        answer = platform.http("GET", f"{path}&after={after}", token=token)
        assert 200 == answer.status, answer.body
        found |= {row["case_no"] for row in answer.body[name]}
        after = answer.body["next"]
    return found


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["limit=50", f"limit=50&district={QI}"])
def test_a_list_has_what_lies_in_the_scope(platform, work, name, query):
    """A worker of a grid reads its own, whether the district is named or not; the district reads both."""
    mine, others = work["g1"]["case_no"], work["g2"]["case_no"]
    path = f"/api/v1/{name}?{query}"
    worker = cases_of(platform, path, name, platform.token("worker", f"{QI}/g1"))
    district = cases_of(platform, path, name, platform.token("worker", QI))
    assert (True, False) == (mine in worker, others in worker)
    assert {mine, others} <= district


@pytest.mark.parametrize("name", LISTS)
def test_one_case_is_listed_for_its_own_place_only(platform, work, name):
    """Nothing tells a worker of another grid that the case is there; another district is refused."""
    token = platform.token("worker", f"{QI}/g1")
    own, other = (
        platform.http("GET", f"/api/v1/{name}?no={one['case_no']}", token=token).body[name]
        for one in (work["g1"], work["g2"])
    )
    elsewhere = platform.http("GET", f"/api/v1/{name}?district=elsewhere", token=token)
    assert (1 <= len(own), [], 403) == (True, other, elsewhere.status)


@pytest.mark.parametrize("name", ["dispatches/pleas", "whistles", "whistles/consultations", "supervisions"])
def test_lists_of_what_is_decided_take_the_same_scope(platform, name):
    """They answer a worker of a grid who names the own district, and refuse another."""
    token = platform.token("worker", f"{QI}/g1")
    statuses = [
        platform.http("GET", f"/api/v1/{name}?district={district}", token=token).status
        for district in (QI, "elsewhere")
    ]
    assert [200, 403] == statuses


def test_staff_stand_in_for_a_party_where_their_scope_is(platform, work):
    """Who has the grid may sign there, and nowhere else."""
    signed = {"action": "sign", "by": "张三"}
    statuses = [
        platform.http(
            "POST",
            f"/api/v1/dispatches/{work[grid]['id']}/actions",
            signed,
            token=platform.token("worker", f"{QI}/g1"),
        ).status
        for grid in ("g2", "g1")
    ]
    assert [403, 200] == statuses
