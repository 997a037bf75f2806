"""
What lies below what in a district, as of a day: the organisation's tree as far as rights need it.

The platform's own codes say nothing about their place (``jinqiu-1`` lies in ``shaohai``): only the tree does. Official codes
(6, 9, 12, 15 digits, GB/T 2260 and the grid code) begin with that of the node above, so that they hold also where the tree is
not known (yet).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from whistle.contracts.places import Place

_LEVELS = (15, 12, 9, 6)
"""Digits of the official code of a grid, a community, a street or town, a county."""


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
        self._standing = tuple(
            span for span in at.values() if span.start <= day.isoformat() < (span.end or "9999")
        )
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

    def chain(self, name: str) -> tuple[str, ...]:
        """
        The node, what it hangs on, and so on up to the district. An official code that the tree does not know (yet) hangs on the
        longest known one that it begins with. Empty: it lies nowhere.
        """
        code = self._code(name)
        found: list[str] = []
        if code not in self._parents:
            above = [one for one in self._codes if begins(one, code)]
            if not above:
                return ()
            found, code = [code], self._codes[max(above, key=len)]
        at: str | None = code
        while at is not None and at in self._parents and at not in found:
            found.append(at)
            at = self._parents[at]
        return tuple(found)

    def named(self) -> tuple[Place, ...]:
        """The nodes that stand on the day and whose names were told, by code."""
        return tuple(sorted((one for one in self._standing if one.name), key=lambda one: one.code))

    def _code(self, name: str) -> str:
        return self._codes.get(name, name)


def begins(scope: str, grid: str) -> bool:
    """Without a tree: the very same code, or an official code that begins with an official code."""
    return grid == scope or bool(_digits(scope) and _digits(grid) and grid.startswith(scope))


def extent_without_tree(scope: str) -> Extent:
    """What :func:`begins` covers."""
    return Extent(codes=frozenset({scope}), prefix=_digits(scope))


def chain_without_tree(name: str) -> tuple[str, ...]:
    """As :meth:`Places.chain`: an official code and those of the grid, community, street and county that it begins with."""
    return tuple(name[:digits] for digits in _LEVELS if digits <= len(_digits(name)))


@dataclass(frozen=True, kw_only=True, order=True)
class Way:
    """From one node to another: so many steps ``up`` to the lowest node that both lie in, and so many ``down`` from there."""

    up: int
    down: int

    @property
    def steps(self) -> int:
        """All of them."""
        return self.up + self.down


def way(here: Sequence[str], there: Sequence[str]) -> Way | None:
    """The way between two nodes, given by their chains; None if no node holds both."""
    down = {code: steps for steps, code in reversed(list(enumerate(there)))}
    return next((Way(up=up, down=down[code]) for up, code in enumerate(here) if code in down), None)


def _digits(code: str) -> str:
    return code if code.isascii() and code.isdigit() else ""
