"""
How the pages of points look: templates in two languages, larger text for the elderly (长辈版).
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

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, PackageLoader, StrictUndefined

from whistle.http.routes import HTML, Language, Request, Response
from whistle_points.domain import points
from whistle_points.domain.scheme import CHINA

PACKAGE = "whistle_points"
ELDER_COOKIE = "whistle_elder"


@dataclass(frozen=True)
class Look:
    """The templates in both languages, and the address of the style sheet (it changes with its contents)."""

    environments: Mapping[Language, Environment]
    style: str

    @classmethod
    def load(cls) -> Look:
        """Read templates and translations."""
        style = resources.files(PACKAGE).joinpath("static/points.css").read_bytes()
        version = hashlib.sha256(style).hexdigest()[:10]
        environments: dict[Language, Environment] = {"zh": _environment("zh"), "en": _environment("en")}
        return cls(environments, f"/static/points/points.css?v={version}")

    def page(self, request: Request, template: str, *, keep: Mapping[str, str], **values: Any) -> Response:
        """A rendered page; ``keep`` is what of the query a change of language must not lose."""
        values |= {
            "lang": request.language,
            "elder": request.cookies.get(ELDER_COOKIE) == "1",
            "style": self.style,
            "here": lambda **changes: "?" + urlencode({**keep, **changes}),
        }
        html = self.environments[request.language].get_template(template).render(values)
        return Response(html, content_type=HTML)


def translations_of(language: Language) -> NullTranslations:
    """The catalogue of a language; Chinese is what the templates are written in."""
    if language == "zh":
        return NullTranslations()
    source = resources.files(PACKAGE).joinpath(f"translations/{language}/LC_MESSAGES/points.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return Translations(compiled, domain="points")


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
    environment.filters |= {
        "points": points,
        "day": lambda value: f"{_local(value):%Y-%m-%d}",
        "hours": lambda minutes: f"{minutes / 60:g}",
        "pair": lambda pair: pair[0 if language == "zh" else 1],
    }
    return environment


def _local(value: dt.datetime | dt.date) -> dt.date:
    return value.astimezone(CHINA) if isinstance(value, dt.datetime) else value
