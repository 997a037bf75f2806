"""
How every page looks: templates, two languages, larger text for the elderly (长辈版).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, PackageLoader, StrictUndefined

from whistle.auth import role_named
from whistle.http.routes import ELDER_COOKIE, HTML, Cookie, Language, Request, Response
from whistle.privacy import mask_text
from whistle_intake.domain import ANSWER_WAYS, DOORS, PHASES, RATINGS, STATES

PACKAGE = "whistle_intake"
ELDER_QUERY = "elder"
YEAR_SECONDS = 365 * 24 * 3600
CHINA = dt.timezone(dt.timedelta(hours=8))
"""All of China has one time, and had no summer time since 1991."""
FORMATS: Mapping[Language, str] = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}


@dataclass(frozen=True)
class Look:
    """The templates in both languages, and the address of the style sheet (it changes with its contents)."""

    environments: Mapping[Language, Environment]
    style: str

    @classmethod
    def load(cls) -> Look:
        """Read templates and translations."""
        style = resources.files(PACKAGE).joinpath("static/whistle.css").read_bytes()
        version = hashlib.sha256(style).hexdigest()[:10]
        environments: dict[Language, Environment] = {"zh": _environment("zh"), "en": _environment("en")}
        return cls(environments, f"/static/intake/whistle.css?v={version}")

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        path: str = "",
        keep: Mapping[str, str] | None = None,
        cookies: tuple[Cookie, ...] = (),
        **values: Any,
    ) -> Response:
        """
        A rendered page.

        Args:
            path: where the page can be read again, if that is not where it was asked for (answers to forms).
            keep: what of the query a change of language or of text size must not lose (the resident's link).
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
            "role": role_named(request.principal.role) if request.principal else None,
            "here": lambda **changes: path + "?" + urlencode({**here, **changes}),
        }
        html = self.environments[request.language].get_template(template).render(values)
        return Response(html, status=status, content_type=HTML, cookies=cookies)


def own_language(message: str, language: Language) -> str:
    """The half of ``中文 / English`` that the reader reads."""
    zh, _, en = message.partition(" / ")
    return zh if language == "zh" else en or zh


def translations_of(language: Language) -> NullTranslations:
    """The catalogue of a language; Chinese is what the templates are written in."""
    if language == "zh":
        return NullTranslations()
    source = resources.files(PACKAGE).joinpath(f"translations/{language}/LC_MESSAGES/intake.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return Translations(compiled, domain="intake")


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations_of(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {
        "ANSWER_WAYS": ANSWER_WAYS,
        "DOORS": DOORS,
        "PHASES": PHASES,
        "RATINGS": RATINGS,
        "STATES": STATES,
    }
    environment.filters |= {
        "when": lambda value: when(value, language),
        "stamp": lambda value: _instant(value).isoformat(timespec="seconds"),
        "pair": lambda pair: pair[0 if language == "zh" else 1],
        "own": lambda message: own_language(message, language),
        "masked": mask_text,
    }
    return environment


def when(value: dt.datetime | str, language: Language) -> str:
    """An instant (or its ISO 8601 text, from a message) as a person in China says it."""
    locale = "zh_CN" if language == "zh" else "en"
    return format_datetime(_instant(value).astimezone(CHINA), FORMATS[language], locale=locale)


def _instant(value: dt.datetime | str) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
