"""What is shown and printed at the place: the code of an activity, where scanning it leads, paper lists, pick-up slips."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.integration.points.desk import Desk
from whistle.auth import Principal
from whistle.errors import Forbidden, Invalid, NotAllowedNow, NotFound
from whistle.http.routes import Request
from whistle.storage import Job, run_together
from whistle_points import pictures
from whistle_points.domain import activities
from whistle_points.pages import activity, card, pickup
from whistle_points.pages.look import load_look
from whistle_points.refusals import CodeExpired, WrongCode

LOOK = load_look()


@pytest.fixture
def desk(database):
    """An activity that is on, with one place, and two who signed up."""
    desk = Desk(database)
    desk.enrol("m-1", "m-2")
    start = desk.clock.now() - dt.timedelta(minutes=5)
    times = {"starts_at": start.isoformat(), "ends_at": (start + dt.timedelta(hours=2)).isoformat()}
    given = {"kind": "volunteer", "title": "清扫", "item": "volunteer", "capacity": 1, **times}
    vars(desk)["activity"] = desk.call("post_activity", given)["id"]
    for member in ("m-1", "m-2"):
        desk.call("join", {"member": member}, path={"activity": vars(desk)["activity"]})
    return desk


def ask(desk, show, *, who="w", role="worker", language="zh", payload=None, path=None, cookies=None, **query):
    """A page, with the look and tools that it asks for; what it writes is kept."""
    request = Request(
        method="GET",
        url="https://whistle.example/points",
        target="/",
        route="/",
        request_id="1",
        remote="127.0.0.1",
        path=path or {"activity": desk.activity},
        query={"district": None, "point": None, **query},
        payload=payload,
        cookies=cookies or {},
        principal=Principal(sub=who, role=role, scope="mawei") if who else None,
        language=language,
    )
    given = {"look": LOOK, "tools": desk.tools}
    wanted = {name: value for name, value in given.items() if name in show.__code__.co_varnames}
    job = Job(run=lambda unit: show(unit, request, **wanted))
    result = run_together(desk.database, [job])[job]
    if result.error:
        raise result.error
    return result.value


def code_of(desk):
    return desk.read("show_code", path={"activity": desk.activity})["code"]


def arrive(desk, member, ticket, *, cookies=None):
    payload = {"member": member, "ticket": ticket}
    return ask(desk, activity.take_arrival, who=None, payload=payload, cookies=cookies)


def ticket_of(desk):
    page = ask(desk, activity.show_arrival, who=None, code=code_of(desk))
    found = re.search(r'name="ticket" value="([^"]+)"', str(page.body))
    assert found is not None
    return found[1]


def test_the_code_is_a_picture_that_leads_to_the_check_in_and_asks_for_the_next_by_itself(desk):
    """Without scripts: the browser is told when to ask again."""
    page = str(ask(desk, activity.show_code).body)
    address = f"https://whistle.example/points/activities/{desk.activity}/here?code={code_of(desk)}"
    refresh = re.search(r'http-equiv="refresh" content="(\d+)"', page)

    assert refresh is not None
    assert 1 <= int(refresh[1]) <= activities.WINDOW + 1
    assert pictures.inline_svg(address, title="清扫") in page
    assert "<script" not in page


def test_whoever_scans_the_code_with_their_own_phone_is_checked_in_and_out(desk):
    """Nobody needs a login: the phone has the member's card, and it counts like a check-in at the desk."""
    own = phone_of(desk, "m-1")
    page = ask(desk, activity.show_arrival, who=None, code=code_of(desk), cookies=own)
    came = arrive(desk, "m-1", ticket_of(desk), cookies=own)
    desk.clock.advance(dt.timedelta(hours=1))
    went = arrive(desk, "m-1", ticket_of(desk), cookies=own)
    desk.clock.advance(dt.timedelta(hours=1))
    told = desk.call("confirm", {}, path={"activity": desk.activity})

    assert 'type="hidden" name="member" value="m-1"' in str(page.body)
    assert ("已签到" in str(came.body), "已签退" in str(went.body)) == (True, True)
    assert [("m-1", 60, True)] == [(one["member"], one["minutes"], one["proven"]) for one in told["signups"]]
    assert [] == told["unproven"]


def test_a_number_that_anybody_may_type_counts_only_when_the_organiser_names_it(desk):
    """Also from the phone of another member; the organiser is told of whom nothing is counted."""
    own = phone_of(desk, "m-2")
    for minutes in (0, 60):
        desk.clock.advance(dt.timedelta(minutes=minutes))
        page = arrive(desk, "m-1", ticket_of(desk), cookies=own)
    desk.clock.advance(dt.timedelta(hours=1))
    path = {"path": {"activity": desk.activity}}
    first = desk.call("confirm", {}, **path)
    with pytest.raises(Invalid) as refused:
        desk.call("confirm", {"present": [{"member": "m-1"}, {"member": "m-2"}]}, **path)
    seen = desk.call("confirm", {"present": [{"member": "m-1"}]}, **path)

    assert "核对" in str(page.body)
    assert ([], ["m-1"]) == (first["signups"], first["unproven"])
    assert ["m-2"] == list(refused.value.detail["fields"])
    assert ([("m-1", 60)], []) == (
        [(one["member"], one["minutes"]) for one in seen["signups"]],
        seen["unproven"],
    )


def test_what_somebody_typed_before_does_not_stand_against_the_members_own_phone(desk):
    """The proven coming counts, and a bare number does not end what was proven."""
    own = phone_of(desk, "m-1")
    arrive(desk, "m-1", ticket_of(desk))
    for minutes in (30, 40):
        desk.clock.advance(dt.timedelta(minutes=minutes))
        arrive(desk, "m-1", ticket_of(desk), cookies=own)
    desk.clock.advance(dt.timedelta(minutes=20))
    arrive(desk, "m-1", ticket_of(desk))
    desk.clock.advance(dt.timedelta(hours=1))

    (told,) = desk.call("confirm", {}, path={"activity": desk.activity})["signups"]
    assert ("m-1", 40) == (told["member"], told["minutes"])


def test_a_card_counts_until_a_new_one_or_the_members_leaving(desk):
    """What is no card of ours, an old one, or one of somebody who left says nothing."""
    own = phone_of(desk, "m-1")
    made_up = {card.CARD: "bm8.00000000000000000000000000000000"}
    with pytest.raises(NotFound):
        ask(desk, card.take_card, who=None, card=made_up[card.CARD])
    fresh = desk.call("hand_out_card", {"renew": True}, path={"member": "m-1"})["link"]
    desk.call("put_member", {"member": "m-2", "state": "left"})
    gone = phone_of(desk, "m-2", check=False)

    assert [False, False, False, True] == [
        "替没有手机的人"
        in str(ask(desk, activity.show_arrival, who=None, code=code_of(desk), cookies=one).body)
        for one in (own, made_up, gone, {card.CARD: fresh.partition("card=")[2]})
    ]


def phone_of(desk, member, *, check=True):
    """The cookies of a phone that scanned the member's card."""
    text = desk.call("hand_out_card", {}, path={"member": member})["link"].partition("card=")[2]
    if not check:
        return {card.CARD: text}
    shown = str(ask(desk, card.show_card, path={"member": member}).body)
    cookies = ask(desk, card.take_card, who=None, card=text).cookies
    assert text in shown
    return {one.name: one.value for one in cookies}


@pytest.mark.parametrize("forged", ["", "x", "1.2", "ff.é", "{second}.0000000000"])
def test_without_having_scanned_a_moment_ago_nobody_is_checked_in(desk, forged):
    """A ticket that was made up, or is older than five minutes, is refused on the page itself."""
    ticket = forged.format(second=f"{int(desk.clock.now().timestamp()):x}")
    made_up = arrive(desk, "m-1", ticket)
    old = ticket_of(desk)
    desk.clock.advance(activities.TICKET + dt.timedelta(seconds=2))
    late = arrive(desk, "m-1", old)

    assert [422, 422] == [made_up.status, late.status]
    assert {None} == {one["came_at"] for one in signups(desk)}


def test_a_phone_is_known_again_by_a_random_name_that_is_kept_with_the_check_in(desk):
    """So that one phone which checks several members in can be found; a name that somebody made up is not taken."""
    first = ask(desk, activity.show_arrival, who=None, code=code_of(desk))
    name = first.cookies[0].value
    known = {activity.DEVICE: name}
    again = ask(desk, activity.show_arrival, who=None, code=code_of(desk), cookies=known)
    given = {"member": "m-1", "ticket": ticket_of(desk)}
    ask(desk, activity.take_arrival, who=None, payload=given, cookies=known)
    ask(desk, activity.take_arrival, who=None, payload=given, cookies={activity.DEVICE: "<x>"})
    with desk.database.read() as unit:
        kept = unit.signups.get(f"{desk.activity}/m-1")

    assert (activity.DEVICE, ()) == (first.cookies[0].name, again.cookies)
    assert len(name) >= 16
    assert name == kept.device


def signups(desk):
    return desk.read("list_signups", path={"activity": desk.activity})["signups"]


def test_a_code_of_yesterday_or_of_elsewhere_leads_nowhere(desk):
    """Each said in its own way; a number that did not sign up is told so on the page."""
    code = code_of(desk)
    with pytest.raises(WrongCode):
        ask(desk, activity.show_arrival, who=None, code="1.2")
    with pytest.raises(NotFound):
        ask(desk, activity.show_arrival, who=None, code=code, path={"activity": "nothing"})
    unknown = arrive(desk, "m-9", ticket_of(desk))
    desk.clock.advance(dt.timedelta(days=1))
    with pytest.raises(CodeExpired):
        ask(desk, activity.show_arrival, who=None, code=code)

    assert (422, True) == (unknown.status, "没有报名" in str(unknown.body))


def test_the_paper_list_has_who_signed_up_who_waits_and_room_for_others(desk):
    """To be signed with a pen."""
    page = str(ask(desk, activity.show_signups).body)

    assert 2 + activity.BLANK_LINES == page.count("<tr><td>")
    assert ["党员m-1", "党员m-2 (候补)"] == re.findall(r"<td>(党员[^<]+)</td>", page)


@pytest.fixture
def order(desk):
    """Somebody at the desk orders rice for a member."""
    desk.earn()
    desk.call("put_reward", {"code": "rice", "name": "大米", "price": 1, "point": "站"})
    desk.call("move_stock", {"reason": "received", "quantity": 3}, path={"reward": "rice"})
    return desk.call("post_order", {"member": "m-1", "reward": "rice", "proxy": "m-2"}, by="desk")


def test_the_slip_of_an_order_is_for_whoever_entered_it_or_stands_above(desk, order):
    """Another worker cannot look the code up and fetch the goods; what was fetched has no code any more."""
    path = {"order": order["order"]["id"]}
    slip = str(ask(desk, pickup.show_slip, who="desk", path=path).body)
    above = str(ask(desk, pickup.show_slip, who="boss", role="community", path=path).body)
    with pytest.raises(Forbidden):
        ask(desk, pickup.show_slip, who="other", path=path)
    desk.call("pick_up", {"code": order["code"], "point": "站"}, by="other")
    with pytest.raises(NotAllowedNow):
        ask(desk, pickup.show_slip, who="desk", path=path)

    assert f"{order['code'][:4]} {order['code'][4:]}" in slip
    assert pictures.inline_svg(order["code"], title=order["code"]) in slip
    assert slip == above.replace("boss", "desk").replace("社区，", "网格员，")


def test_the_pick_up_list_is_of_one_point_or_of_all(desk, order):
    """With the last day on which something can be fetched."""
    everywhere = str(ask(desk, pickup.show_waiting).body)
    elsewhere = str(ask(desk, pickup.show_waiting, point="别处").body)

    assert ("党员m-1" in everywhere, "党员m-1" in elsewhere) == (True, False)
    assert ["2026-03-04"] == re.findall(r"<td>(\d{4}-\d\d-\d\d)</td>", everywhere)


@pytest.mark.parametrize(("name", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_codes_are_pictures_of_their_own_too(desk, order, name, begin):
    """For a screen or a leaflet; never kept by a browser."""
    found = [
        ask(desk, lambda unit, request, tools: activity.show_picture(unit, request, kind=name, tools=tools)),
        ask(
            desk,
            lambda unit, request, tools: pickup.show_picture(unit, request, kind=name, tools=tools),
            who="desk",
            path={"order": order["order"]["id"]},
        ),
    ]

    assert [True, True] == [one.body.startswith(begin) for one in found]
    assert {"no-store"} == {one.headers["Cache-Control"] for one in found}


def test_in_english_nothing_of_the_pages_own_words_is_chinese(desk, order):
    """What people wrote stays as it is."""
    own = phone_of(desk, "m-1")
    pages = [
        ask(desk, activity.show_code, language="en"),
        ask(desk, activity.show_signups, language="en"),
        ask(desk, activity.show_arrival, who=None, language="en", code=code_of(desk)),
        ask(desk, activity.show_arrival, who=None, language="en", code=code_of(desk), cookies=own),
        ask(desk, card.show_card, language="en", path={"member": "m-1"}),
        ask(desk, card.take_card, who=None, language="en", card=own[card.CARD]),
        ask(desk, pickup.show_waiting, language="en"),
        ask(desk, pickup.show_slip, who="desk", language="en", path={"order": order["order"]["id"]}),
    ]
    words = " ".join(re.sub(r"<[^>]+>", " ", str(page.body)) for page in pages)

    assert {"中文", "清扫", "党员m", "大米", "站", "份", "党员"} >= set(
        re.findall(r"[\u4e00-\u9fff]+", words)
    )
