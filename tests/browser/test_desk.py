"""Those who act, with a phone and without a script: from a party's login link to the report, and from a return to the ruling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

from tests.browser.measures import faults
from whistle.testing import wait_for

PHONE = {"width": 320, "height": 568}
UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"
BASIS = "《物业管理条例》第三十五条"


@pytest.fixture
def visit(chromium, platform):
    """Phones whose browsers run no scripts, each logged in by a token."""
    contexts = []

    def visit_(token: str, **cookies: str):
        context = chromium.new_context(
            viewport=PHONE,
            java_script_enabled=False,
            base_url=platform.process.url,
            is_mobile=True,
            locale="zh-CN",
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/login?token={token}")
        return page

    yield visit_
    for context in contexts:
        context.close()


def party_token(platform, party: str) -> str:
    """As the command hands it over, in its login link."""
    made = json.loads(platform.require("party", "token", f"mawei/{party}", "--json"))
    assert "/login" == urlsplit(made["login"]).path
    return str(made["token"])


def file(platform, text: str) -> str:
    """A case for the property company of the estate, which works on the pages."""
    body = {
        "district": "mawei",
        "text": text,
        "grid": "maxian-1",
        "door": "grid_walk",
        "place": "马限小区2号楼",
    }
    return str(platform.people().call("POST", "/api/v1/cases", body)["no"])


def open_of(platform, no: str):
    def found():
        rows = platform.http("GET", f"/api/v1/dispatches?no={no}").body["dispatches"]
        return next((one for one in rows if (one["state"], one["role"]) == ("sent", "lead")), None)

    return wait_for(found, timeout=30, what=f"somebody to lead {no}")


def unfold(page, name: str):
    """Open the form of that name, unless it is the first one, which is open."""
    form = page.locator("details.act", has=page.locator("summary", has_text=name)).first
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    return form


def send(page, name: str, typed: Mapping[str, str]) -> None:
    """Fill in the form of that name by its labels, and send it."""
    form = unfold(page, name)
    for label, value in typed.items():
        form.get_by_label(label).first.fill(value)
    form.get_by_role("button", name=name).click()


def test_a_party_does_its_work_from_the_login_link_to_the_report(platform, visit):
    """The link leads to the desk; the work is a tap away; signed, on site, told, reported; every page fits a small phone."""
    no = file(platform, "楼道门禁坏了,陌生人随便进出")
    assert "maxian-property" == open_of(platform, no)["party"]
    page = visit(party_token(platform, "maxian-property"))
    assert "工作台" == page.locator("h1").inner_text()
    page.locator(".cases li", has_text=no).get_by_role("link").click()
    assert "马限小区2号楼" in page.locator("main").inner_text()
    send(page, "签收", {"经办人": "张工"})
    assert "已签收。" == page.get_by_role("status").inner_text()
    send(page, "报到", {"到了哪里": "2号楼大堂"})
    send(page, "报进展", {"办到哪一步": "已换门锁"})
    assert "已换门锁" in page.locator(".timeline").inner_text()
    send(page, "上报办结", {"怎样办结": "门禁已修好"})
    assert 0 == page.locator("details.act").count()
    wait_for(lambda: "resolved" == platform.case(no)["state"], what="the case to be resolved")


def test_a_return_goes_to_the_ruling_on_pages_alone(platform, visit):
    """Refused without a rule, with what was typed kept; given back twice; the district rules, and the party has it for good."""
    no = file(
        platform, "邻里之间有些不愉快"
    )  # no rule knows who handles that, so the duty desk has it, again and again
    page = visit(party_token(platform, "petition-office"))
    for _ in range(2):
        about = open_of(platform, no)
        assert "petition-office" == about["party"]
        page.goto(f"/desk/dispatches/{about['id']}")
        send(page, "退单", {"依据": "不归我管", "经办人": "张工"})
        form = unfold(page, "退单")
        assert "不归我管" == form.get_by_label("依据").input_value().strip()
        assert "退单须写明依据" in form.get_by_role("alert").inner_text()
        send(page, "退单", {"依据": BASIS})
        assert "已退回" in page.locator("main").inner_text()
    page = visit(platform.token("district", "mawei", sub="王局长"))
    page.get_by_role("link", name="工作台").click()
    page.locator(".cases li", has_text=no).filter(has_text="裁定").get_by_role("link").click()
    assert BASIS in page.locator("main").inner_text()
    form = unfold(page, "裁定")
    form.get_by_label("由谁办理").select_option("maxian-community")
    form.get_by_label("只管这一件").check()
    send(page, "裁定", {"理由": "物业合同载明"})
    assert "已裁定" in page.locator("main").inner_text()
    about = open_of(platform, no)
    assert ("maxian-community", "ruled") == (about["party"], about["bound"])


@pytest.mark.parametrize(
    ("size", "language", "elder"), [(320, "zh", "1"), (320, "en", "0"), (1280, "zh", "0")]
)
def test_every_page_of_the_desk_is_readable_with_all_forms_unfolded(
    chromium, platform, size, language, elder
):
    """Nothing scrolls sideways, every target fits a finger, every field has a label, every id is there once."""
    no = file(platform, "楼道堆放杂物,物业不管,电梯也坏了")
    about = open_of(platform, no)
    plain = open_of(platform, file(platform, "楼道门禁坏了"))
    token = platform.token("district", "mawei")
    body = {
        "case_no": no,
        "class": "daily",
        "lead": about["party"],
        "co_handlers": ["maxian-community"],
        "reason": "多家",
    }
    blown = platform.http("POST", "/api/v1/whistles", body).body["id"]
    given = {"action": "return", "by": "张工", "basis": BASIS}
    other = file(platform, "楼道门禁坏了")
    for _ in range(2):
        found = open_of(platform, other)
        assert 200 == platform.http("POST", f"/api/v1/dispatches/{found['id']}/actions", given).status
    (plea,) = platform.http("GET", f"/api/v1/dispatches/pleas?no={other}&kind=ruling").body["pleas"]
    context = chromium.new_context(viewport={"width": size, "height": 800}, base_url=platform.process.url)
    cookies = {"whistle_lang": language, "whistle_elder": elder, "whistle_token": token}
    context.add_cookies(
        [{"name": name, "value": value, "url": platform.process.url} for name, value in cookies.items()]
    )
    page = context.new_page()
    large = elder == "1"
    for path in (
        "/desk",
        f"/desk/dispatches/{about['id']}",
        f"/desk/dispatches/{plain['id']}",
        f"/desk/pleas/{plea['id']}",
        f"/desk/whistles/{blown}",
    ):
        assert 200 == page.goto(path).status
        page.evaluate(UNFOLD)
        assert {} == faults(page, target=60 if large else 44, text=24 if large else 18), path
        assert [] == page.evaluate(UNLABELLED), path
        assert [] == page.evaluate(TWICE), path
    context.close()


UNLABELLED = """[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(one => !one.labels.length || !one.labels[0].textContent.trim()).map(one => one.outerHTML)"""
TWICE = """(ids => ids.filter((one, at) => ids.indexOf(one) !== at))(
  [...document.querySelectorAll('[id]')].map(one => one.id))"""
