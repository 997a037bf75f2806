"""The pages that tell what went wrong look like the others, on a phone and on a desk."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.browser.measures import LINE_HEIGHT, faults
from tests.browser.test_layout import SIZES

PATHS = {
    "/nowhere": 404,
    "/ledger": 401,
    "/problems/too-many-tries": 200,
    "/schemas/" + "x" * 60: 404,
}


@pytest.fixture
def visit(chromium, platform):
    """Opens a page as a visitor of its own."""
    contexts = []

    def visit_(path, *, size, language="zh", elder=False):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=platform.process.url
        )
        contexts.append(context)
        cookies = {"whistle_lang": language, "whistle_elder": "1" if elder else "0"}
        context.add_cookies(
            [{"name": name, "value": value, "url": platform.process.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        answer = page.goto(path)
        assert PATHS[path] == answer.status
        return page

    yield visit_
    for context in contexts:
        context.close()


VISITORS = [
    ("small phone", "zh", False),
    ("small phone", "en", True),
    ("desk", "zh", True),
    ("desk", "en", False),
]


@pytest.mark.parametrize(("size", "language", "elder"), VISITORS)
def test_problem_pages_are_readable_and_tappable(visit, size, language, elder):
    """Text, targets, contrast and width as everywhere else; the style sheet is there; one way leads home."""
    for path in PATHS:
        page = visit(path, size=size, language=language, elder=elder)
        assert {} == faults(page, target=60 if elder else 44, text=24 if elder else 18), path
        assert page.evaluate(LINE_HEIGHT) >= 1.3
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 10
        page.get_by_role("link", name="首页" if language == "zh" else "Home").click()
        assert "/" == urlsplit(page.url).path


@pytest.mark.parametrize(
    ("language", "first", "second"), [("zh", "没有找到", "Not found"), ("en", "Not found", "没有找到")]
)
def test_the_readers_language_comes_first_and_the_other_is_there(visit, language, first, second):
    """Title and heading in the one, marked as such for screen readers; the other below."""
    page = visit("/nowhere", size="phone", language=language)
    assert (first, first) == (page.title().partition(" · ")[0], page.locator("h1").inner_text())
    assert second == page.locator("h2").inner_text()
    tags = [page.locator(place).get_attribute("lang") for place in ("html", "section")]
    assert (["zh-CN", "en"] if language == "zh" else ["en", "zh-CN"]) == tags
