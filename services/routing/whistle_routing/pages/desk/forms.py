"""
Forms of the desk: what was typed, doing once what was sent twice, and showing a refusal next to the form with what was typed kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, fields

from whistle.errors import Invalid, Rejected
from whistle.http.routes import Language, Request, Response, redirect
from whistle.http.validation import load
from whistle.storage.answers import StoredAnswer, find_answer, keep_answer
from whistle_routing.store import RoutingUnit

_SEPARATORS = re.compile(r"[\s,,、;;]+")
_OWN = ("do", "at", "once")
"""Fields of every form: what it asks for, which form of the page it is, and a text that no other rendering of it has."""
_FORM = "表单有误"


@dataclass(frozen=True)
class Refusal:
    """Why what a form asked for was not done; ``typed`` is what it said, by dotted name."""

    at: str
    error: Rejected
    typed: Mapping[str, Any]


@dataclass(frozen=True)
class Forms:
    """What the forms of a page show: nothing, or what was typed into the one that was refused. ``offered``: which there are."""

    language: Language
    refusal: Refusal | None = None
    offered: Collection[str] = ()
    once: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def refused(self, at: str) -> bool:
        return self.refusal is not None and self.refusal.at == at

    def stray(self) -> str:
        """Why something was refused for which there is no form on the page any more; empty: nothing was."""
        if self.refusal is None or self.refusal.at in self.offered:
            return ""
        error = self.refusal.error
        return error.zh if self.language == "zh" else error.en

    def typed(self, at: str, name: str, default: Any = "") -> Any:
        """What was typed into a field of this form, else ``default``."""
        if self.refusal is None or self.refusal.at != at:
            return default
        return self.refusal.typed.get(name, [] if isinstance(default, list) else "")

    def chosen(self, at: str, name: str, value: str) -> bool:
        """Was this box ticked?"""
        typed: Any = self.typed(at, name, [])
        return value in typed if isinstance(typed, list) else bool(value == typed)

    def wrong(self, at: str, name: str) -> Sequence[str]:
        """What is wrong with a field of this form."""
        error = self.refusal.error if self.refusal is not None and self.refusal.at == at else None
        return error.fields.get(name, ()) if isinstance(error, Invalid) else ()

    def told(self, at: str) -> str:
        """Why it was refused, in the reader's language; empty where the fields say all."""
        if self.refusal is None or self.refusal.at != at:
            return ""
        error = self.refusal.error
        if error.zh.startswith(_FORM):
            return ""
        return error.zh if self.language == "zh" else error.en

    def elsewhere(self, at: str, names: Sequence[str]) -> Sequence[str]:
        """What is wrong with fields that this form does not show."""
        error = self.refusal.error if self.refusal is not None and self.refusal.at == at else None
        if not isinstance(error, Invalid):
            return ()
        return [text for name, texts in error.fields.items() if name not in names for text in texts]


def submit(
    unit: RoutingUnit,
    request: Request,
    act: Callable[[str], str],
    *,
    page: Callable[[Refusal], Response],
) -> Response:
    """
    Let ``act`` do what the form asks for (its ``do``) and go where it leads; or show the page again with the refusal.

    The same form sent twice, by a second click or a reload, is done once and leads to the same place; what was refused is not kept,
    since the next try may fare better. Whatever a refused action had staged is taken back.
    """
    payload = request.payload if isinstance(request.payload, Mapping) else {}
    key = _key(request, payload)
    done = unit.desk_answers.get(key) or _stored(unit, key)
    if done is not None:
        return redirect(done)
    try:
        with unit.step(unit.cause):
            to = act(_text(payload, "do"))
    except Rejected as error:
        return page(Refusal(_text(payload, "at"), error, dict(_flat(payload))))
    unit.desk_answers[key] = to
    unit.on_undo(lambda: unit.desk_answers.pop(key))
    keep_answer(unit, StoredAnswer(key=key, fingerprint=key[-64:], status=303, body=to))
    return redirect(to)


def read(schema: type[Schema], payload: Any, **also: Any) -> Any:
    """
    What a form says, as the schema of the JSON interface loads it; ``also`` is what the page itself knows. Fields of lists may be
    ticked boxes or words between commas.

    Raises:
        Invalid: by field.
    """
    made = schema()
    said = payload if isinstance(payload, Mapping) else {}
    cleaned = {name: _clean(value) for name, value in said.items() if name not in _OWN}
    shaped = {name: value for name, value in cleaned.items() if value != {}}
    for name, each in made.fields.items():
        key = each.data_key or name
        if isinstance(each, fields.List) and key in shaped:
            shaped[key] = words_in(shaped[key])
    shaped.update({name: value for name, value in also.items() if value is not None})
    return load(made, shaped, what_zh="表单", what_en="form", lenient=True)


def no_such_action() -> Invalid:
    """The ``do`` of a form that is none of ours."""
    return Invalid(
        "没有这个操作", "there is no such action", fields={"do": ["没有这个操作 / no such action"]}
    )


def _key(request: Request, payload: Mapping[str, Any]) -> str:
    """Whose form, on which page, which rendering of it, with which words: the same again is the same deed."""
    who = request.principal.sub if request.principal else "-"
    said = json.dumps([request.target, payload], sort_keys=True, ensure_ascii=False)
    return f"{who}:desk:{hashlib.sha256(said.encode()).hexdigest()}"


def _stored(unit: RoutingUnit, key: str) -> str | None:
    found = find_answer(unit, key)
    return found.body if found else None


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name, "")
    return value if isinstance(value, str) else ""


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, Mapping):
        inner = {name: _clean(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one != ""}
    return value


def words_in(value: Any) -> Any:
    """Words between commas, blanks or 、; what is no text stays as it is."""
    if not isinstance(value, str):
        return value
    return [word for word in _SEPARATORS.split(value) if word]


def _flat(payload: Mapping[str, Any], above: str = "") -> Any:
    for name, value in payload.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
