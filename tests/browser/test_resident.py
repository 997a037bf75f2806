"""A resident with a phone and without JavaScript: file a case, follow it, rate it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from whistle.testing import wait_for

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page(chromium, platform) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    context = chromium.new_context(
        viewport=PHONE,
        java_script_enabled=False,
        locale="zh-CN",
        base_url=platform.process.url,
        is_mobile=True,
    )
    yield context.new_page()
    context.close()


def file_case(page: Page, text: str = "三号楼前的路灯三天不亮了,老人夜里出门不安全。") -> str:
    """By the form, from the first page; the number on the receipt."""
    page.goto("/")
    page.get_by_role("link", name="我要提诉求").click()
    page.get_by_label("什么事").fill(text)
    page.get_by_label("哪个区").select_option("mawei")
    page.get_by_label("手机号").fill("13812345678")
    page.get_by_role("button", name="提交").click()
    return page.locator(".receipt").inner_text()


def look_up(page: Page, no: str, tail: str) -> None:
    """By number and phone tail, from the first page."""
    page.goto("/")
    page.get_by_label("受理编号").fill(no)
    page.get_by_label("手机号后四位").fill(tail)
    page.get_by_role("button", name="查看进度").click()


def answer(platform, no: str) -> None:
    """What parties and staff do meanwhile."""

    def resolved() -> bool:
        platform.people().act_for_parties()
        return platform.case(no)["state"] == "resolved"

    wait_for(resolved, timeout=60, what=f"{no} to be resolved", every=0.05)
    told = platform.http(
        "POST", f"/api/v1/cases/{no}/answer", {"way": "on_site", "text": "灯修好了,请您看看。"}
    )
    assert 200 == told.status


@pytest.mark.parametrize(("verdict", "state"), [("非常满意", "已办结"), ("不满意", "重新办理")])
def test_a_case_is_filed_followed_and_rated(page, platform, verdict, state):
    """From the first page to the verdict, without an account and without a script."""
    no = file_case(page)
    look_up(page, no, "5678")
    assert "路灯" in page.locator("h1").inner_text()
    answer(platform, no)
    page.reload()
    told = page.locator(".timeline").inner_text()
    assert "诉求已受理" in told
    assert "主办" in told
    assert "已签收" in told
    assert "灯修好了" in page.locator("main").inner_text()
    page.get_by_label(verdict, exact=True).check()
    page.get_by_label("想说的话").fill("谢谢")
    page.get_by_role("button", name="提交评价").click()
    assert f"评价：{verdict}。" in page.locator(".timeline").inner_text()
    wait_for(lambda: state in page.reload().text(), what=f"the page to say {state}", every=0.1)


def test_a_wrong_tail_shows_the_form_again_with_the_reason_at_the_field(page):
    """The number stays; the reason is tied to the field for screen readers."""
    no = file_case(page, "楼下的下水道堵了三天了。")
    look_up(page, no, "0000")
    tail = page.get_by_label("手机号后四位")
    assert ("true", no) == (tail.get_attribute("aria-invalid"), page.get_by_label("受理编号").input_value())
    described = str(tail.get_attribute("aria-describedby")).split()[-1]
    assert "对不上" in page.locator(f"#{described}").inner_text()


def test_going_back_and_sending_again_files_no_second_case(page, platform):
    """The browser's own back button and a second send."""
    no = file_case(page, "小区门口的井盖松了,车一过就响。")
    before = len(list(platform.cases()))
    page.go_back()
    page.get_by_role("button", name="提交").click()
    assert no == page.locator(".receipt").inner_text()
    assert before == len(list(platform.cases()))


def test_the_language_follows_the_reader(page):
    """One tap to English and back, remembered from page to page."""
    page.goto("/")
    page.get_by_role("link", name="English").click()
    assert "en" == page.locator("html").get_attribute("lang")
    page.get_by_role("link", name="Now").click()
    assert "By district" in page.locator("main").inner_text()
    page.get_by_role("link", name="中文").click()
    assert "zh-CN" == page.locator("html").get_attribute("lang")


def test_the_elder_version_is_on_the_first_page_and_stays(page):
    """长辈版 (工信部, 2021): its entry is visible on the first page; larger text everywhere after it."""
    page.goto("/")
    page.get_by_role("link", name="长辈版").click()
    page.get_by_role("link", name="提诉求", exact=True).click()
    assert "elder" == page.locator("html").get_attribute("class")
    page.get_by_role("link", name="标准版").click()
    assert page.locator("html").get_attribute("class") is None
