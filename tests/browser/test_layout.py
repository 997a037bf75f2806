"""Every page on a phone and on a desk, in both languages, in both text sizes: readable, tappable, complete."""

from __future__ import annotations

from itertools import product

import pytest

from tests.browser.measures import LINE_HEIGHT, faults
from whistle.testing import wait_for

SIZES = {"phone": (390, 844), "small phone": (320, 568), "desk": (1280, 900)}
TEXT = (
    "三号楼前的路灯三天不亮了,老人夜里出门不安全。联系我:13812345678。\n"
    "https://example.org/" + "very-long-word-that-does-not-break" * 4
)


@pytest.fixture(scope="module")
def answered(platform) -> str:
    """The number of a case with a long timeline, to be rated."""
    told = platform.http(
        "POST", "/api/v1/cases", {"district": "mawei", "text": TEXT, "door": "hotline", "title": "路灯" * 60}
    )
    no = told.body["no"]

    def resolved() -> bool:
        platform.people().act_for_parties()
        return platform.case(no)["state"] == "resolved"

    wait_for(resolved, timeout=60, what="the case to be resolved", every=0.05)
    assert (
        200
        == platform.http(
            "POST", f"/api/v1/cases/{no}/answer", {"way": "letter", "text": "已修好。" * 50}
        ).status
    )
    member = {"district": "mawei", "member": "m-1", "name": "张三", "branch": "马限社区第一党支部"}
    assert 200 == platform.http("POST", "/api/v1/points/members", member).status
    return str(no)


@pytest.fixture
def open_page(chromium, platform):
    """Opens pages in visitors of their own, and gathers what the browser complains about."""
    contexts, complaints = [], []

    def open_(path: str, *, size="phone", language="zh", elder=False, staff=False):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=platform.process.url
        )
        contexts.append(context)
        cookies = {"whistle_lang": language, "whistle_elder": "1" if elder else "0"}
        if staff:
            cookies["whistle_token"] = platform.token("worker", "mawei")
        context.add_cookies(
            [{"name": name, "value": value, "url": platform.process.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on(
            "console",
            lambda message: None if "status of 422" in message.text else complaints.append(message.text),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [] == complaints


def paths(no: str) -> dict[str, bool]:
    """Every page, and whether it is seen as staff."""
    return {
        "/": False,
        "/file": False,
        "/cases": False,
        "/now": False,
        "/ledger": True,
        "/tasks": True,
        f"/cases/{no}": True,
        "/points": False,
        "/whistles?district=mawei": False,
        "/points?district=mawei": True,
        "/points/members/m-1?district=mawei": True,
        "/points/pickups?district=mawei": True,
    }


@pytest.mark.parametrize(
    ("size", "language", "elder"), list(product(("small phone", "desk"), ("zh", "en"), (False, True)))
)
def test_every_page_is_readable_and_tappable(open_page, answered, size, language, elder):
    """Nothing scrolls sideways; text is at least 18 px (24 for elders); targets 44 px (60); contrast 4.5:1."""
    for path, staff in paths(answered).items():
        page = open_page(path, size=size, language=language, elder=elder, staff=staff)
        found = faults(page, target=60 if elder else 44, text=24 if elder else 18)
        assert {} == found, (path, size, language, elder)
        assert page.evaluate(LINE_HEIGHT) >= 1.3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_errors_are_as_readable_as_the_rest(open_page, language):
    """The form with everything wrong, and the page of a case that is not the reader's."""
    page = open_page("/file", language=language)
    page.locator("[name='contact.phone']").fill("12a")
    page.evaluate("document.querySelector('main form').noValidate = true")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.locator("main button").click()
    assert 422 == sent.value.status
    page.wait_for_load_state()
    assert 3 == page.locator(".wrong").count()
    assert {} == faults(page, target=44, text=18)


def test_the_first_tab_leads_past_the_header(open_page):
    """The skip link appears when it is reached by keyboard, and works."""
    page = open_page("/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "我要提诉求" == page.evaluate("document.activeElement.textContent")


@pytest.mark.parametrize("path", ["/", "/file", "/cases", "/now"])
def test_focus_is_seen_wherever_the_keyboard_leads(open_page, path):
    """Every stop has an outline of at least three pixels."""
    page = open_page(path)
    stops = page.locator("a, button, input:not([type=hidden]), select, textarea").count()
    for _ in range(stops):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 3, page.evaluate("document.activeElement.outerHTML")


def test_a_page_with_all_it_loads_is_light(open_page, answered, platform):
    """Below 300 kB, for a closed network and an old phone."""
    for number in range(40):
        platform.http(
            "POST", "/api/v1/cases", {"district": "mawei", "text": f"第{number}件:{TEXT}", "door": "hotline"}
        )
    for path, staff in paths(answered).items():
        page = open_page(path, staff=staff)
        loaded = page.evaluate(
            "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
            ".reduce((sum, one) => sum + one.transferSize, 0)"
        )
        assert 1000 < loaded < 300_000, path
