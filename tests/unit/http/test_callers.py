"""
Languages, origins, proxies: what headers say about a caller.
"""

from __future__ import annotations

import pytest

from whistle.http.callers import form_origin, pick_language, prefers_html, read_cookies, remote_of
from whistle.http.settings import HttpSettings


@pytest.mark.parametrize(
    ("accept_language", "cookie", "chosen", "language"),
    [
        ("", "", None, "zh"),
        ("en-US,en;q=0.9", "", None, "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "", None, "zh"),
        ("en;q=0.5,zh;q=0.9", "", None, "zh"),
        ("de-DE,de;q=0.9", "", None, "zh"),
        ("de,en;q=0.1", "", None, "en"),
        ("en;q=x", "", None, "zh"),
        ("zh-CN", "en", None, "en"),
        ("en", "en", "zh", "zh"),
        ("en", "fr", "fr", "en"),
    ],
)
def test_chinese_unless_english_is_wanted(
    accept_language: str, cookie: str, chosen: str | None, language: str
) -> None:
    """The link counts first, then the cookie, then the browser; Chinese when in doubt."""
    assert language == pick_language({"accept-language": accept_language}, {"whistle_lang": cookie}, chosen)


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, text/html;q=0.5", False),
        ("text/html;q=0", False),
        ("TEXT/HTML", True),
    ],
)
def test_pages_are_for_who_prefers_them(accept: str | None, html: bool) -> None:
    """Browsers, not curl."""
    assert html is prefers_html(accept)


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({"host": "w:8000", "origin": "http://w:8000"}, "same"),
        ({"host": "W", "origin": "https://w"}, "same"),
        ({"host": "w", "origin": "http://w:8000"}, "cross"),
        ({"host": "w", "origin": "null"}, "cross"),
        ({"host": "w", "origin": "http://[bad"}, "cross"),
        ({"host": "w", "referer": "http://w/new"}, "same"),
        ({"host": "w", "referer": "http://w.evil.test/w"}, "cross"),
        ({"host": "w", "sec-fetch-site": "same-origin"}, "same"),
        ({"host": "w", "sec-fetch-site": "same-site", "origin": "http://w"}, "cross"),
        ({"host": "w", "sec-fetch-site": "none"}, "cross"),
        ({"host": "w"}, "unknown"),
        ({"host": "inner", "origin": "https://whistle.city.cn"}, "same"),
    ],
)
def test_a_form_is_ours_if_its_page_was(headers: dict[str, str], origin: str) -> None:
    """Sec-Fetch-Site decides; without it Origin or Referer against Host or the public address."""
    assert origin == form_origin(headers, "https://whistle.city.cn")


def test_forwarded_addresses_count_from_trusted_proxies_only() -> None:
    """The last address that is no proxy's is the caller; from anybody else the header is nothing."""
    headers = {"x-forwarded-for": "6.6.6.6, 1.2.3.4, 10.0.0.2", "x-forwarded-proto": "https"}
    settings = HttpSettings(trusted_proxies=("10.0.0.1", "10.0.0.2"))
    assert ("1.2.3.4", True) == remote_of(headers, "10.0.0.1", settings)
    assert ("9.9.9.9", False) == remote_of(headers, "9.9.9.9", settings)
    assert ("10.0.0.1", False) == remote_of({}, "10.0.0.1", settings)
    assert ("9.9.9.9", True) == remote_of({}, "9.9.9.9", HttpSettings(public_url="https://w"))


def test_cookies_are_read_tolerantly() -> None:
    """The first of a name counts; what is no cookie is left out."""
    assert {"a": "1", "b": "x=y"} == read_cookies('a=1; nonsense; b="x=y"; a=2')
    assert {} == read_cookies(None)
