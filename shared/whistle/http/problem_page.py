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
    fields: Mapping[str, Sequence[str]] | None = None,
    code: str = "",
    reference: str = "",
) -> str:
    """
    The page as HTML; every text is escaped.

    Args:
        elder: larger text (长辈版).
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
    body = (
        f"<h1>{escape(first.title)}</h1><p>{escape(first.text)}</p>"
        + (f"<ul>{items}</ul>" if items else "")
        + f'<section class="other" lang="{_TAGS[other]}"><h2>{escape(second.title)}</h2><p>{escape(second.text)}</p></section>'
        + link
        + told
        + f'<p><a class="button" href="/">{_HOME[language]}</a></p>'
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
