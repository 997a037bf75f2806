"""The organisation over HTTP, on a running platform: who may look and who may change, pages, days, refusals."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from tests.integration.routing.organisation.installed import QI, running

BASE = f"/api/v1/districts/{QI}/organisation"
LATER = "2027-03-15"
SPLIT = {
    "change": "split",
    "day": LATER,
    "code": "wg1",
    "carry": "wg1a",
    "parts": [
        {"code": "wg1a", "name": "甲", "children": ["wwg1"]},
        {"code": "wg1b", "name": "乙", "children": ["wwg2", "zb4"]},
    ],
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A running platform with the district ``qi``."""
    with running(tmp_path_factory.mktemp("city")) as started:
        yield started


def get(platform, path, **more):
    answer = platform.http("GET", BASE + path, **more)
    assert 200 == answer.status, answer.body
    return answer.body


def test_the_tree_comes_in_pages(platform):
    """Every node once, in the order of the codes; by kind and below a node."""
    codes, after = [], ""
    while after is not None:
        page = get(platform, f"?limit=20&after={after}")
        codes += [node["code"] for node in page["nodes"]]
        after = page["next"]
    assert codes == sorted(set(codes))
    assert sum(page["counts"].values()) == len(codes)
    below = get(platform, "?kind=micro-grid&under=wg1")
    assert ["wwg1", "wwg2"] == [node["code"] for node in below["nodes"]]


def test_a_node_says_where_it_lies_and_who_is_there(platform):
    """Above, below, posts, outline with box and centre; by official code too."""
    found = get(platform, "/nodes/370883001001001")
    assert ("wg1", ["xq1", "sq1", "fs", "zc"]) == (
        found["node"]["code"],
        [node["code"] for node in found["above"]],
    )
    west, south, east, north = found["node"]["bbox"]
    lon, lat = found["node"]["centre"]
    assert (west < lon < east, south < lat < north) == (True, True)
    assert "Polygon" == found["node"]["shape"]["type"]
    assert ("网格长", "李秀英") == (found["posts"][0]["role_zh"], found["posts"][0]["name"])
    assert {"micro-grid": 2, "building": 4, "unit": 4} == {
        kind: found["below"][kind] for kind in ("micro-grid", "building", "unit")
    }


def test_lists_of_people_coverage_vacancies_dormant_and_duty(platform):
    """Each answers for the day that is asked for."""
    people = get(platform, "/people?skill=%E8%B0%83%E8%A7%A3&limit=1")
    assert (1, True) == (len(people["people"]), people["total"] > 1)
    more = get(platform, f"/people?skill=%E8%B0%83%E8%A7%A3&after={people['next']}")
    assert people["total"] == 1 + len(more["people"])
    assert [] == get(platform, "/coverage")["findings"]
    assert [] == get(platform, "/vacancies")["vacancies"]
    assert 5 == len(get(platform, "/dormant?days=1")["grids"])
    assert [] == get(platform, "/cases?first=2026-01-01&last=2026-12-31")["lines"]
    duties = get(platform, "/nodes/wwg1/duty?at=2026-11-23T01:00:00Z")["duties"]
    assert [("wg1", "p1", "08:30:00")] == [(one["node"], one["person"], one["begin"]) for one in duties]


def test_a_change_over_http_holds_from_its_day_on(platform):
    """Once for one key; the tree of the eve and of the day; the log says who."""
    answers = [platform.http("POST", f"{BASE}/changes", SPLIT, idempotency_key="k1") for _ in range(2)]
    assert [200, 200] == [answer.status for answer in answers]
    assert answers[0].body == answers[1].body
    seen = [platform.http("GET", f"{BASE}/nodes/wg1?as_of={day}").status for day in ("2027-03-14", LATER)]
    assert [200, 404] == seen
    log = get(platform, "/changes")["changes"]
    assert [("split", "test")] == [(row["sort"], row["by"]) for row in log if row["sort"] != "load"]
    assert ["wg1a"] == [
        post["node"] for post in get(platform, f"/nodes/wg1a/roster?as_of={LATER}")["posts"][:1]
    ]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"change": "split", "day": LATER, "code": "wg2"}, 422, "parts"),
        ({"change": "close", "day": "2020-01-01", "code": "xq3"}, 422, "xq3"),
        ({"change": "rename", "day": "2020-01-01", "code": "wg2", "name": "x"}, 409, "late"),
        ({"change": "rename", "day": LATER, "code": "no-such", "name": "x"}, 422, "no-such"),
        (
            {"change": "open", "day": LATER, "code": "wg2", "kind": "grid", "name": "x", "parent": "xq1"},
            422,
            "wg2",
        ),
        ({"change": "vanish", "day": LATER}, 422, "change"),
        ({"change": "rename", "day": "soon", "code": "wg2", "name": "x"}, 422, "day"),
        ({"change": "move", "day": LATER, "code": "../x", "parent": "xq1"}, 422, "code"),
        ({}, 422, "change"),
    ],
)
def test_a_wrong_change_is_answered_with_what_is_wrong(platform, body, status, told):
    """A problem document that names the field or the node; nothing in the log."""
    before = get(platform, "/changes")
    answer = platform.http("POST", f"{BASE}/changes", body)
    assert (status, True) == (answer.status, told in str(answer.body)), answer.body
    assert before == get(platform, "/changes")


def test_staff_of_the_district_look_and_only_the_district_changes(platform):
    """A grid worker sees who is who; another district's staff and residents do not; a street cannot redraw the map."""
    worker = platform.token("worker", f"{QI}/wg1")
    assert 200 == platform.http("GET", BASE, token=worker).status
    stranger = platform.token("district", "mawei")
    asked = {
        ("GET", BASE, stranger): 403,
        ("GET", f"{BASE}/people", stranger): 403,
        ("GET", f"{BASE}/changes", stranger): 403,
        ("GET", BASE, ""): 401,
        ("POST", f"{BASE}/changes", worker): 403,
        ("POST", f"{BASE}/changes", platform.token("street", QI)): 403,
        ("POST", f"{BASE}/changes", stranger): 403,
        ("POST", f"{BASE}/changes", platform.token("district", f"{QI}/wg1")): 403,
    }
    body = {"change": "rename", "day": LATER, "code": "wg2", "name": "x"}
    for (method, path, token), status in asked.items():
        answer = platform.http(method, path, body if method == "POST" else None, token=token)
        assert status == answer.status, (method, path, answer.body)


def test_what_is_not_there_is_not_found(platform):
    """A node of no day, a district without an organisation, a page below nothing."""
    for path in ("/nodes/nowhere", "/nodes/nowhere/roster", "/nodes/nowhere/duty", "?under=nowhere"):
        assert 404 == platform.http("GET", BASE + path).status
    assert 404 == platform.http("GET", "/api/v1/districts/atlantis/organisation").status
    assert 422 == platform.http("GET", f"{BASE}/cases?first=2026-01-02&last=2026-01-01").status


def test_the_console_script_has_the_commands(platform):
    """Beside the running platform: the tree as JSON, and an error in one line on standard error."""
    done = platform.cli("district", "show", QI, "wg2", "--json")
    assert (0, True) == (done.code, '"code": "wg2"' in done.stdout)
    refused = platform.cli("district", "close", QI, "xq3")
    assert (2, "", 1) == (refused.code, refused.stdout, len(refused.stderr.splitlines()))


def test_the_sittings_of_a_month_come_in_pages(platform):
    """By day, row and node, with who is on duty there; nothing for another district, a clear word for what is no month."""
    where = f"/api/v1/districts/{QI}/sittings"
    rows, after = [], ""
    while after is not None:
        page = platform.http("GET", f"{where}?month=2026-11&limit=3&after={after}").body
        rows += page["sittings"]
        after = page["next"]
    assert page["count"] == len(rows)
    assert ["2026-11-05", "2026-11-12", "2026-11-19", "2026-11-26"] == [
        row["day"] for row in rows if row["id"] == "lawyer"
    ]
    walks = [row for row in rows if row["id"] == "walk"]
    assert {"2026-11-15"} == {row["day"] for row in walks}
    assert "wg1" in {row["node"] for row in walks}
    assert all(one["role"] == "grid-chief" for row in walks for one in row["people"])
    assert any(row["people"] for row in walks)
    stranger = platform.token("worker", "gaochang")
    assert 403 == platform.http("GET", f"{where}?month=2026-11", token=stranger).status
    assert 422 == platform.http("GET", f"{where}?month=2026-13").status


def feed(platform, query, **who):
    """The events of the calendar, and the answer."""
    answer = platform.http("GET", f"/api/v1/districts/{QI}/sittings.ics{query}", **who)
    assert 200 == answer.status, answer.body
    return Calendar.from_ical(answer.body).walk("VEVENT"), answer


def test_a_calendar_program_subscribes_by_a_link_of_its_own(platform):
    """The link that the command prints needs no token; by month or for the next days; the same event keeps its UID."""
    printed = platform.cli("district", "sittings", QI, "--link")
    path, _, query = printed.stdout.strip().partition("?")
    assert f"/api/v1/districts/{QI}/sittings.ics" == path
    events, answer = feed(platform, f"?{query}&month=2026-10&only=lawyer", token="")
    assert "text/calendar; charset=utf-8" == answer.headers["Content-Type"]
    days = [dt.date(2026, 10, day) for day in (8, 15, 22, 29)]
    assert days == [one.decoded("dtstart") for one in events]  # without a time of the day: all day
    assert ["律师坐班 · 凫山街道"] * 4 == [str(one["summary"]) for one in events]
    again, _ = feed(platform, "?month=2026-10&only=lawyer")
    assert [str(one["uid"]) for one in again] == [str(one["uid"]) for one in events]
    coming, _ = feed(platform, f"?{query}&days=400", token="")
    firsts = [one.decoded("dtstart") for one in coming]
    assert len(firsts) > 52
    assert max(firsts) - min(firsts) > dt.timedelta(days=300)


def test_a_calendar_is_for_staff_of_the_district_or_by_its_own_link(platform):
    """No key, a broken one, another district's, another district's staff, no such month: each is refused."""
    path = f"/api/v1/districts/{QI}/sittings.ics"
    stranger = platform.token("worker", "gaochang")
    party = platform.token("party", f"{QI}/street")
    key = platform.cli("district", "sittings", QI, "--link").stdout.strip().partition("key=")[2]
    other = f"/api/v1/districts/mawei/sittings.ics?key={key}"
    refused = [
        platform.http("GET", path, token="").status,
        platform.http("GET", f"{path}?key={key[:-1]}!", token="").status,
        platform.http("GET", other, token="").status,
        platform.http("GET", path, token=stranger).status,
        platform.http("GET", path, token=party).status,
        platform.http("GET", f"{path}?month=2026-13&key={key}", token="").status,
    ]
    assert [401, 401, 401, 403, 403, 422] == refused


def test_the_need_list_is_for_staff_of_the_district(platform):
    """Empty where nobody wished for anything; another district's staff and unknown states are refused."""
    where = f"/api/v1/districts/{QI}/wishes"
    assert {"wishes": [], "next": None} == platform.http("GET", f"{where}?state=offered").body
    stranger = platform.token("worker", "gaochang")
    assert 403 == platform.http("GET", where, token=stranger).status
    assert 422 == platform.http("GET", f"{where}?state=granted").status
