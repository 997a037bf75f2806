"""
Texts: one Jinja2 template per purpose and language, in a sandbox, with nothing at hand but the purpose's facts.

A template that asks for anything else (a contact, a name) stops the start. Whatever the facts hold, numbers of people leave masked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from whistle.errors import Misconfigured
from whistle.privacy import mask_text
from whistle_notify.domain import COMMON_FACTS, PURPOSES, Purpose

FOLDER = Path(__file__).parent / "templates"


class Texts:
    """
    All texts, checked.

    Args:
        languages: folders below ``folder``; a text has one paragraph for each.

    Raises:
        Misconfigured: a template is missing, broken, or asks for what its purpose has not.
    """

    def __init__(self, *, languages: Sequence[str], time_zone: ZoneInfo, folder: Path = FOLDER) -> None:
        self._zone = time_zone
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=False, trim_blocks=True
        )
        self._environment.filters.update(local=self._local, points=_points)
        self._templates = {
            purpose.name: [self._template(purpose, language) for language in languages]
            for purpose in PURPOSES
        }

    def render(self, purpose: str, facts: Mapping[str, Any]) -> str:
        """The text, full phone and identity numbers masked."""
        parts = [template.render(facts).strip() for template in self._templates[purpose]]
        return mask_text("\n".join(parts))

    def _template(self, purpose: Purpose, language: str) -> Template:
        name = f"{language}/{purpose.name}.txt"
        try:
            source = self._environment.loader.get_source(self._environment, name)[0]  # type: ignore[union-attr]
            asked = meta.find_undeclared_variables(self._environment.parse(source))
            template = self._environment.get_template(name)
        except TemplateError as error:
            raise Misconfigured(f"通知模板 {name} 有误:{error}", f"notice template {name}: {error}") from None
        if foreign := sorted(asked - {*purpose.facts, *COMMON_FACTS}):
            raise Misconfigured(
                f"通知模板 {name} 使用了不允许的内容:{', '.join(foreign)}",
                f"notice template {name} asks for what it may not have: {', '.join(foreign)}",
            )
        return template

    def _local(self, instant: str | None, form: str = "%m月%d日 %H:%M") -> str:
        return dt.datetime.fromisoformat(instant).astimezone(self._zone).strftime(form) if instant else ""


def _points(tenths: int) -> str:
    return f"{tenths / 10:g}"
