"""
What a browser is shown instead of a problem document: the reader's language first, the other one below, one way home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from whistle.http.look import style_address
from whistle.http.routes import Language

STATIC = Path(__file__).parent / "static"
"""Served under ``/static/http/``: what all pages share."""
_TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}
_HOME: Mapping[Language, str] = {"zh": "首页", "en": "Home"}
_BRAND: Mapping[Language, str] = {"zh": "吹哨", "en": "Whistle"}
_ABOUT: Mapping[Language, str] = {"zh": "这类问题的说明", "en": "About this kind of problem"}
HOW_TO_LOG_IN: Mapping[Language, str] = {
    "zh": (
        "工作人员凭登录链接登录，打开链接即可，不用密码。链接由本平台的管理员发给您（管理员用 whistle token create 签发）；"
        "承办单位的链接由派单的工作人员发给（whistle party token）。没有链接，或链接已过期，请向他们再要一个。"
        "居民不需要登录。"
    ),
    "en": (
        "Staff log in by opening their login link; there is no password. The platform's administrator gives it to you "
        "(whistle token create); departments get theirs from the staff who dispatch to them (whistle party token). If you "
        "have none, or it has expired, ask them for a new one. Residents need no login."
    ),
}
"""How one gets in, and who gives it: on the pages that refuse somebody."""
_FOLLOW: Mapping[Language, str] = {"zh": "居民查办理进度", "en": "Residents: follow a case"}
_REFERENCE: Mapping[Language, str] = {"zh": "编号", "en": "Reference"}


@dataclass(frozen=True)
class Told:
    """Heading and text in one language."""

    title: str
    text: str


def problem_page(
    texts: Mapping[Language, Told],
    language: Language,
    *,
    elder: bool = False,
    refused: bool = False,
    fields: Mapping[str, Sequence[str]] | None = None,
    code: str = "",
    reference: str = "",
) -> str:
    """
    The page as HTML; every text is escaped.

    Args:
        elder: larger text (长辈版). refused: say how one logs in.
        fields: what is wrong, by field.
        code: of the kind of problem, to be looked up; ``reference`` is what to tell the operator.
    """
    other: Language = "en" if language == "zh" else "zh"
    first, second = texts[language], texts[other]
    items = "".join(
        f"<li>{escape(name)}: {escape('; '.join(reasons))}</li>" for name, reasons in (fields or {}).items()
    )
    told = f'<p class="reference">{_REFERENCE[language]} {escape(reference)}</p>' if reference else ""
    link = f'<p><a href="/problems/{escape(code)}">{_ABOUT[language]}</a></p>' if code else ""
    how = {one: f"<p>{HOW_TO_LOG_IN[one]}</p>" if refused else "" for one in texts}
    body = (
        f"<h1>{escape(first.title)}</h1><p>{escape(first.text)}</p>{how[language]}"
        + (f"<ul>{items}</ul>" if items else "")
        + f'<section class="other" lang="{_TAGS[other]}"><h2>{escape(second.title)}</h2>'
        + f"<p>{escape(second.text)}</p>{how[other]}</section>"
        + link
        + told
        + f'<p><a class="button" href="/">{_HOME[language]}</a></p>'
        + (f'<p><a class="more" href="/cases">{_FOLLOW[language]}</a></p>' if refused else "")
    )
    return _page(first.title, body, language, elder=elder)


def _page(title: str, body: str, language: Language, *, elder: bool) -> str:
    brand, size = _BRAND[language], ' class="elder"' if elder else ""
    return (
        f'<!doctype html><html lang="{_TAGS[language]}"{size}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · {brand}</title><link rel="stylesheet" href="{style_address()}"></head>'
        f'<body><header class="top"><div class="bar"><a class="brand" href="/">{brand}</a></div></header>'
        f'<main class="problem">{body}</main></body></html>'
    )
