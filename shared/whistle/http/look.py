"""
How pages look: templates in two languages, larger text for the elderly (长辈版), one style sheet for all. No JavaScript.

The frame of every page (``templates/base.html``), its translations and the style sheet lie here, so that the pages of all services
are one family; a service keeps its own templates and translations in its package. Chinese is what templates are written in,
other languages are catalogues.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from whistle.auth import role_named
from whistle.http.routes import ELDER_COOKIE, HTML, Cookie, Language, Request, Response

LANGUAGES: tuple[Language, ...] = ("zh", "en")
ELDER_QUERY = "elder"
STYLE = "whistle.css"
"""The style sheet of all pages, under ``/static/http/``."""
YEAR_SECONDS = 365 * 24 * 3600
_FRAME = "whistle.http"

Filters = Callable[[Language], Mapping[str, Callable[..., Any]]]


@dataclass(frozen=True)
class Look:
    """The templates in both languages, and the address of the style sheet (it changes with its contents)."""

    environments: Mapping[Language, Environment]
    style: str

    @classmethod
    def load(cls, service: str, *, filters: Filters, words: Mapping[str, Any] | None = None) -> Look:
        """
        Read the templates and translations of package ``whistle_<service>``, and the frame of all pages.

        Args:
            filters: of the templates, by language. words: what templates may name besides what a page is given.
        """
        environments = {language: _environment(service, language) for language in LANGUAGES}
        for language, environment in environments.items():
            environment.globals |= words or {}
            environment.filters |= {**_own_filters(language), **filters(language)}
        return cls(environments, style_address())

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        path: str = "",
        keep: Mapping[str, str] | None = None,
        cookies: tuple[Cookie, ...] = (),
        named: str = "",
        **values: Any,
    ) -> Response:
        """
        A rendered page.

        Args:
            path: where the page can be read again, if that is not where it was asked for (answers to forms).
            keep: what of the query a change of language or of text size must not lose (the resident's link).
            named: what whoever is logged in is called; empty: as the token has it.
        """
        chosen = request.query.get(ELDER_QUERY)
        elder = chosen == "1" if chosen in ("0", "1") else request.cookies.get(ELDER_COOKIE) == "1"
        if chosen in ("0", "1"):
            cookies = (*cookies, Cookie(name=ELDER_COOKIE, value=chosen, max_age=YEAR_SECONDS))
        here = {name: value for name, value in (keep or {}).items() if value}
        values |= {
            "lang": request.language,
            "elder": elder,
            "style": self.style,
            "who": request.principal,
            "named": named or _subject(request),
            "role": role_named(request.principal.role) if request.principal else None,
            "here": lambda **changes: path + "?" + urlencode({**here, **changes}),
        }
        html = self.environments[request.language].get_template(template).render(values)
        return Response(html, status=status, content_type=HTML, cookies=cookies)


def _subject(request: Request) -> str:
    """Who is logged in, as the token names it; which of a party's tokens it is (``#3``) is nobody's name."""
    who = request.principal
    if who is None:
        return ""
    return who.sub.partition("#")[0] if who.role == "party" else who.sub


def _own_filters(language: Language) -> Mapping[str, Callable[..., Any]]:
    at = LANGUAGES.index(language)
    return {"pair": lambda pair: pair[at], "own": lambda message: own_language(message, language)}


def own_language(message: str, language: Language) -> str:
    """The half of ``中文 / English`` that the reader reads."""
    zh, _, en = message.partition(" / ")
    return zh if language == "zh" else en or zh


@cache
def style_address() -> str:
    """Where the style sheet is; the address changes with its contents."""
    content = resources.files(_FRAME).joinpath(f"static/{STYLE}").read_bytes()
    return f"/static/http/{STYLE}?v={hashlib.sha256(content).hexdigest()[:10]}"


def translations_of(package: str, *, domain: str, language: Language) -> NullTranslations:
    """A package's catalogue of a language."""
    if language == "zh":
        return NullTranslations()
    place = resources.files(package).joinpath(f"translations/{language}/LC_MESSAGES/{domain}.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(place.read_bytes()), locale=language))
    compiled.seek(0)
    return Translations(compiled, domain=domain)


def _environment(service: str, language: Language) -> Environment:
    package = f"whistle_{service}"
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(_FRAME)]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own = translations_of(package, domain=service, language=language)
    own.add_fallback(translations_of(_FRAME, domain="http", language=language))
    environment.install_gettext_translations(own, newstyle=True)  # type: ignore[attr-defined]
    return environment
