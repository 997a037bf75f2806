"""A member at an activity, with a phone and without an account."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest

from tests.browser.measures import faults

START = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)


def post(platform, path, body):
    told = platform.http("POST", f"/api/v1/points/{path}", {"district": "mawei", **body})
    assert told.status in (200, 201), told.body
    return told.body


@pytest.fixture(scope="module")
def activity(platform) -> str:
    """An activity that is on, and a member who signed up."""
    post(platform, "members", {"member": "m-1", "name": "张三"})
    times = {"starts_at": START.isoformat(), "ends_at": (START + dt.timedelta(hours=2)).isoformat()}
    planned = {"kind": "volunteer", "title": "清扫", "item": "volunteer", "place": "广场", **times}
    found = post(platform, "activities", planned)["id"]
    post(platform, f"activities/{found}/signups", {"member": "m-1"})
    return str(found)


def stand_still(route):
    """The page without its asking for the next code, which could come while it is measured."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('http-equiv="refresh"', 'name="refresh"'))


def visit(chromium, platform, path, *, token=""):
    context = chromium.new_context(viewport={"width": 320, "height": 568}, base_url=platform.process.url)
    cookies = {"whistle_lang": "zh", **({"whistle_token": token} if token else {})}
    context.add_cookies(
        [{"name": name, "value": value, "url": platform.process.url} for name, value in cookies.items()]
    )
    context.route("**/code?**", stand_still)
    page = context.new_page()
    answer = page.goto(path)
    assert 200 == answer.status
    assert {} == faults(page, target=44, text=18)
    return page


def test_a_member_scans_the_code_and_is_checked_in(chromium, platform, activity):
    """The organiser's screen shows a picture; where it leads, a number is typed; a wrong one is told at once."""
    shown = visit(
        chromium,
        platform,
        f"/points/activities/{activity}/code?district=mawei",
        token=platform.token("worker", "mawei"),
    )
    box = shown.locator("svg.qr").bounding_box()
    assert box["width"] >= 280
    assert box["width"] == pytest.approx(box["height"])
    code = shown.locator(".receipt").inner_text().strip()

    page = visit(chromium, platform, f"/points/activities/{activity}/here?code={quote(code)}")
    page.fill("#member", "m-2")
    page.click("main button")
    assert "没有报名" in page.locator("[role=alert]").inner_text()
    page.fill("#member", "m-1")
    page.click("main button")
    assert "m-1:已签到" in page.locator("[role=status]").inner_text().replace("：", ":")

    joined = platform.http("GET", f"/api/v1/points/activities/{activity}/signups?district=mawei").body
    assert joined["signups"][0]["came_at"] is not None
    for one in (shown, page):
        one.context.close()


def test_a_phone_that_scanned_the_members_card_needs_no_number(chromium, platform, activity):
    """The card is shown at the desk; from then on one tap checks its member in and out, and that is proven."""
    token = platform.token("worker", "mawei")
    card = visit(chromium, platform, "/points/members/m-1/card?district=mawei", token=token)
    link = card.locator("main p.hint").last.inner_text()
    page = visit(chromium, platform, link.removeprefix(platform.process.url))
    assert "张三" in page.locator("[role=status]").inner_text()

    for done in ("已签到", "已签退"):
        code = platform.http("GET", f"/api/v1/points/activities/{activity}/code?district=mawei").body["code"]
        page.goto(f"/points/activities/{activity}/here?code={quote(code)}")
        assert {} == faults(page, target=44, text=18)
        page.click("main form.card:first-of-type button")
        assert done in page.locator("[role=status]").inner_text()

    joined = platform.http("GET", f"/api/v1/points/activities/{activity}/signups?district=mawei").body
    assert joined["signups"][0]["proven"]
    for one in (card, page):
        one.context.close()


def test_paper_lists_are_printed_without_what_only_screens_need(chromium, platform, activity):
    """No header, no buttons; every column fits on the sheet."""
    page = visit(
        chromium,
        platform,
        f"/points/activities/{activity}/list?district=mawei",
        token=platform.token("worker", "mawei"),
    )
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})  # A4 with margins

    assert [False] * 3 == [page.locator(one).first.is_visible() for one in (".top", "footer", ".back")]
    assert page.locator("table").bounding_box()["width"] <= 700
    page.context.close()
