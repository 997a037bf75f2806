"""The desk in English: every text of ours is, and what people and tables wrote is marked as Chinese."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.integration.routing.desk.clerks import BASIS, QI, dispatch, file, party, pleas, staff

VOID = {"meta", "link", "input", "br"}
NAMES = ("值班席", "街道", "自来水公司", "甲物业", "乙物业", "测试区", "王局长", "王网格", "张工", "中文")
"""What is named within a sentence of ours."""


class Ours(HTMLParser):
    """The text of a page that is not marked as Chinese."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self._open = "", [False]
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self._open.append(self._open[-1] or dict(attributes).get("lang") == "zh-CN")

    def handle_endtag(self, tag):
        self._open.pop()

    def handle_data(self, data):
        if not self._open[-1]:
            self.words += data


@pytest.fixture(scope="module")
def pages(platform) -> dict[str, str]:
    """Every page of the desk in English, for a party and for staff, with much on it."""
    water, boss = party(platform, "water"), staff(platform)
    about, other, third = (dispatch(platform, file(platform, grid="g1")) for _ in range(3))
    path, back, more = (f"/desk/dispatches/{one['id']}" for one in (about, other, third))
    water.do(path, "sign", by="张工")
    water.do(path, "progress", by="张工", text="在路上")
    water.do(back, "return", by="张工", basis=BASIS, suggested="estate-a")
    water.do(more, "extend", by="张工", span="1 个工作日", reason="等配件")
    said = {"class": "daily", "lead": "water", "co_handlers": ["estate-a"], "reason": "多家"}
    whistle = boss.send(path, "blow", **said).headers["Location"].partition("?")[0]
    review, time = (pleas(platform, one["case_no"])[0]["id"] for one in (other, third))
    refused = water.post(path, {"do": "sign", "at": "sign", "by": "张工"}, Accept_Language="en").body
    both = ("/desk", "/desk?show=all", path, back, more, f"/desk/pleas/{review}", f"/desk/pleas/{time}")
    only = ("/desk?show=whistles", "/desk?show=supervisions", whistle, f"/desk?case={about['case_no']}")
    found = {f"party {one}": water.get(one, Accept_Language="en").body for one in both}
    found |= {f"staff {one}": boss.get(one, Accept_Language="en").body for one in (*both, *only)}
    return {**found, "refused": refused}


def test_english_pages_have_no_chinese_left(pages):
    """Neither in lists nor in forms, deadlines, histories and refusals."""
    left = {}
    for name, page in pages.items():
        assert '<html lang="en">' in page, name
        words = Ours(page).words
        for known in NAMES:
            words = words.replace(known, "")
        left[name] = re.findall(r"[\u4e00-\u9fff]+", words)
    assert {} == {name: found for name, found in left.items() if found}


def test_work_of_a_whistle_is_labelled_not_commanded(pages):
    """Its rows say how it came; the imperative is a button's."""
    assert "· By whistle" in pages["staff /desk"]
    assert "Blow a whistle" not in pages["staff /desk"]


def test_pages_hold_neither_scripts_nor_styles_of_their_own(pages):
    """The policy of the listener allows none, and nothing points to another site."""
    for name, page in pages.items():
        assert "<script" not in page, name
        assert re.search(r'\s(style|on[a-z]+)="', page) is None, name
        links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
        assert [] == [link for link in links if not re.match(r"/(?!/)|#|\?", link)], name


def test_the_case_page_of_staff_leads_to_its_dispatches(platform):
    """Intake's page links to the desk for staff alone."""
    no = file(platform, contact={"phone": "13812345678"})
    assert f'href="/desk?case={no}"' in staff(platform, role="worker", scope=QI).body(f"/cases/{no}")
    assert f"/desk?case={no}" not in party(platform, "estate-b").get(f"/cases/{no}").body
