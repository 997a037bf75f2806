"""
What lies below what in a district, as of a day: the organisation's tree as far as rights need it.

The platform's own codes say nothing about their place (``jinqiu-1`` lies in ``shaohai``): only the tree does. Official codes
(6, 9, 12, 15 digits, GB/T 2260 and the grid code) begin with that of the node above, so that they hold also where the tree is
not known (yet).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from whistle.contracts.places import Place


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What a scope covers in a district: these codes, and all that begin with the official code ``prefix`` (empty: none)."""

    codes: frozenset[str]
    prefix: str = ""


class Atlas(Protocol):
    """The tree of a district as of today; None: not known (yet)."""

    def __call__(self, district: str, /) -> Places | None: ...


def nowhere(_district: str) -> Places | None:
    """No tree is known: the atlas of whoever has none."""
    return None


class Places:
    """The tree on a day. A node that has ended counts where it lay last, so that its cases do not become nobody's."""

    def __init__(self, spans: Iterable[Place], day: dt.date) -> None:
        self.day = day
        at: dict[str, Place] = {}
        for span in sorted(spans, key=lambda one: one.start):
            if span.start <= day.isoformat() or span.code not in at:
                at[span.code] = span
        self._parents: Mapping[str, str | None] = {code: span.parent for code, span in at.items()}
        self._official = {code: span.official for code, span in at.items() if span.official}
        self._codes = {official: code for code, official in self._official.items()}

    def covers(self, scope: str, grid: str) -> bool:
        """Is the node ``grid`` the node ``scope``, or somewhere below it? Either may be named by its official code."""
        top, seen = self._code(scope), set()
        code: str | None = self._code(grid)
        if code not in self._parents:
            return begins(self._official.get(top, scope), grid)
        while code is not None and code not in seen:
            if code == top:
                return True
            seen.add(code)
            code = self._parents.get(code)
        return False

    def extent(self, scope: str) -> Extent:
        """Everything that ``scope`` covers, for a list."""
        top = self._code(scope)
        below = {code for code in self._parents if self.covers(top, code)} | {top, scope}
        official = {self._official[code] for code in below if code in self._official}
        return Extent(codes=frozenset(below | official), prefix=_digits(self._official.get(top, scope)))

    def _code(self, name: str) -> str:
        return self._codes.get(name, name)


def begins(scope: str, grid: str) -> bool:
    """Without a tree: the very same code, or an official code that begins with an official code."""
    return grid == scope or bool(_digits(scope) and _digits(grid) and grid.startswith(scope))


def extent_without_tree(scope: str) -> Extent:
    """What :func:`begins` covers."""
    return Extent(codes=frozenset({scope}), prefix=_digits(scope))


def _digits(code: str) -> str:
    return code if code.isascii() and code.isdigit() else ""
