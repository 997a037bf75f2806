"""
What a district's plugin is given: a case, the facts of the district, and what happened.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from whistle.contracts.plugin.strict import Fields

HandlingClass = Literal["immediate", "supplement", "commitment", "suggestion", "report_up"]
"""S1-10, in this order: 即办件, 补办件 (materials missing), 承诺件 (promise with a written time), 建议件, 上报件."""
Level = Literal["daily", "major", "urgent"]
"""How serious: 日常, 重大, 紧急. Also the class of a whistle."""
TriggerKind = Literal["overdue", "returned", "out_of_powers", "dissatisfied"]
"""Why a case is looked at again: 超期, 退单, 超出职权 (S0-3), 不满意."""
Channel = Literal["queue", "page"]
"""How a party receives work: a queue of its own, or the web page."""

HANDLING_CLASSES: tuple[HandlingClass, ...] = get_args(HandlingClass)
LEVELS: tuple[Level, ...] = get_args(Level)
TRIGGER_KINDS: tuple[TriggerKind, ...] = get_args(TriggerKind)
CHANNELS: tuple[Channel, ...] = get_args(Channel)


class Plain:
    """What the classes without nested values share."""

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return dict(vars(self))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """
    One request of a resident (诉求件), without anything that identifies the resident.

    ``text`` is masked and normalised to simplified characters; ``grid`` is a code of the grid tree or None;
    ``category`` and ``handling_class`` are None until somebody decided them; ``filed_at`` is aware, UTC.
    """

    no: str
    district: str
    title: str
    text: str
    place: str = ""
    grid: str | None = None
    door: str = ""
    filed_at: dt.datetime
    category: str | None = None
    handling_class: HandlingClass | None = None
    tags: tuple[str, ...] = ()
    version: int = 1

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "filed_at": self.filed_at.isoformat(), "tags": list(self.tags)}

    @classmethod
    def from_json(cls, value: object) -> Case:
        read = Fields(value, "case")
        return cls(
            no=read.text("no"),
            district=read.text("district"),
            title=read.text("title", empty=True),
            text=read.text("text", empty=True),
            place=read.text("place", default="", empty=True),
            grid=read.text_or_none("grid"),
            door=read.text("door", default="", empty=True),
            filed_at=read.time("filed_at"),
            category=read.text_or_none("category"),
            handling_class=cast(
                "HandlingClass | None", read.choice_or_none("handling_class", HANDLING_CLASSES)
            ),
            tags=read.texts("tags"),
            version=read.whole("version", default=1),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Party(Plain):
    """
    Whoever can be given work: a department, a utility, a property company, a community.

    ``kind`` groups interchangeable parties (``property``, ``electricity``, …); ``grid`` is the node of the grid
    tree that the party is responsible for, None for the whole district.
    """

    id: str
    name: str
    kind: str
    channel: Channel = "queue"
    grid: str | None = None

    @classmethod
    def from_json(cls, value: object) -> Party:
        read = Fields(value, "party")
        return cls(
            id=read.text("id"),
            name=read.text("name"),
            kind=read.text("kind"),
            channel=cast("Channel", read.choice("channel", CHANNELS)),
            grid=read.text_or_none("grid"),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class GridNode(Plain):
    """One node of the district's single grid tree; ``parent`` is None at the root only."""

    code: str
    parent: str | None
    kind: str
    name: str

    @classmethod
    def from_json(cls, value: object) -> GridNode:
        read = Fields(value, "grid")
        return cls(
            code=read.text("code"),
            parent=read.text_or_none("parent"),
            kind=read.text("kind"),
            name=read.text("name"),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class History:
    """What happened to the case so far: who leads now, who gave it back (in order), how often it was reopened."""

    lead: str | None = None
    returned_by: tuple[str, ...] = ()
    reopened: int = 0

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "returned_by": list(self.returned_by)}

    @classmethod
    def from_json(cls, value: object) -> History:
        read = Fields(value, "history")
        return cls(
            lead=read.text_or_none("lead"),
            returned_by=read.texts("returned_by"),
            reopened=read.whole("reopened", default=0),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Facts:
    """
    What is true in the district at ``now`` (aware, UTC): its parties, its grid tree, the history of this case.

    ``workload`` says of each party how many dispatches it has that are not reported; it is filled only where the district's
    tables ask for it (``max_open``), and who is not in it has none. ``repeats`` says of each category how many other cases were
    filed for the same grid lately (S4-15), where the tables ask for it (``[repeats]``, or a rule's ``repeats``).
    """

    now: dt.datetime
    district: str
    parties: tuple[Party, ...]
    grid: tuple[GridNode, ...] = ()
    history: History = History()
    workload: Mapping[str, int] = dataclasses.field(default_factory=dict)
    repeats: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def party(self, party_id: str) -> Party | None:
        """The party of that id, or None."""
        return next((party for party in self.parties if party.id == party_id), None)

    def above(self, code: str | None) -> tuple[str, ...]:
        """The node and all above it, nearest first; empty for None or an unknown code."""
        parents = {node.code: node.parent for node in self.grid}
        path: list[str] = []
        while code in parents and code not in path:
            path.append(code)
            code = parents[code]
        return tuple(path)

    def to_json(self) -> dict[str, Any]:
        return {
            "now": self.now.isoformat(),
            "district": self.district,
            "parties": [party.to_json() for party in self.parties],
            "grid": [node.to_json() for node in self.grid],
            "history": self.history.to_json(),
            "workload": dict(self.workload),
            "repeats": dict(self.repeats),
        }

    @classmethod
    def from_json(cls, value: object) -> Facts:
        read = Fields(value, "facts")
        return cls(
            now=read.time("now"),
            district=read.text("district"),
            parties=tuple(Party.from_json(party) for party in read.items("parties")),
            grid=tuple(GridNode.from_json(node) for node in read.items("grid")),
            history=History.from_json(read.value("history")),
            workload=read.counts("workload"),
            repeats=read.counts("repeats"),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trigger(Plain):
    """Why ``DistrictPlugin.escalate`` is called; ``detail`` is text for people (for example the legal basis of a return)."""

    kind: TriggerKind
    detail: str = ""

    @classmethod
    def from_json(cls, value: object) -> Trigger:
        read = Fields(value, "trigger")
        return cls(
            kind=cast("TriggerKind", read.choice("kind", TRIGGER_KINDS)),
            detail=read.text("detail", default="", empty=True),
        )
