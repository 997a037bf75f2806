"""
What is true of a case (诉求件): its states, who may move it where, its doors, its hash-chained timeline.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from whistle.contracts import AnswerWay, Rating

State = Literal["filed", "assigned", "handling", "resolved", "answered", "closed", "reopened"]

STATES: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        "filed": ("已受理", "Filed"),
        "assigned": ("已派单", "Dispatched"),
        "handling": ("办理中", "In hand"),
        "resolved": ("已办理，待答复", "Resolved, to be answered"),
        "answered": ("已答复，待评价", "Answered, to be rated"),
        "closed": ("已办结", "Closed"),
        "reopened": ("重新办理", "Reopened"),
    }
)

PROGRESS: Mapping[State, int] = MappingProxyType(
    {"filed": 0, "reopened": 0, "assigned": 1, "handling": 2, "resolved": 3, "answered": 4, "closed": 5}
)
"""How far a state is. What the parties do only ever moves a case forward: messages may arrive late and in any order."""

COMMANDS: Mapping[tuple[State, str], State] = MappingProxyType(
    {
        ("resolved", "answer"): "answered",
        ("answered", "answer"): "answered",  # a better answer before the rating replaces the first
        ("answered", "accept"): "closed",
        ("answered", "refuse"): "reopened",
        ("answered", "lapse"): "closed",
    }
)
"""What people may do (and what happens when nobody does), in which state, and where it leads. Everything else is refused."""

PHASES: Mapping[State, str] = MappingProxyType(
    {
        "filed": "collect",
        "reopened": "sort",
        "assigned": "sort",
        "handling": "supervise",
        "resolved": "supervise",
        "answered": "feed_back",
        "closed": "feed_back",
    }
)
"""征集—分理—督办—反馈 (S0-15)."""

DISSATISFIED: frozenset[Rating] = frozenset({"dissatisfied", "very_dissatisfied"})
RATINGS: Mapping[Rating, tuple[str, str]] = MappingProxyType(
    {
        "very_satisfied": ("非常满意", "very satisfied"),
        "satisfied": ("满意", "satisfied"),
        "basically_satisfied": ("基本满意", "basically satisfied"),
        "dissatisfied": ("不满意", "dissatisfied"),
        "very_dissatisfied": ("非常不满意", "very dissatisfied"),
    }
)

ANSWER_WAYS: Mapping[AnswerWay, tuple[str, str]] = MappingProxyType(
    {
        "home_visit": ("上门答复", "home visit"),
        "on_site": ("现场咨询", "on site"),
        "platform": ("网络平台", "online"),
        "hotline": ("热线回访", "call back"),
        "letter": ("书面函复", "letter"),
        "meeting": ("召集会议", "meeting"),
    }
)
"""The six ways of S1-12."""

DOORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "wechat_group": ("微信群", "WeChat group"),
        "office_phone": ("社区电话", "office phone"),
        "hotline": ("服务热线", "service hotline"),
        "platform": ("网络平台", "online"),
        "official_account": ("公众号预约", "official account"),
        "complaint_box": ("倾诉箱", "complaint box"),
        "mailbox": ("民情信箱", "sentiment mailbox"),
        "deputies_studio": ("两代表一委员工作室", "deputies' studio"),
        "home_visit": ("上门走访", "home visit"),
        "grid_walk": ("网格日常走访", "grid walk"),
        "symposium": ("座谈会", "symposium"),
        "sitting": ("拉呱日/接访日", "sitting"),
        "grid_station": ("专属网格工作站", "grid workstation"),
        "property_register": ("物业来电来访登记", "property company's register"),
        "building_log": ("楼栋长工作日志", "building head's log"),
        "service_book": ("便民服务记录本", "community service book"),
        "city_12345": ("12345 热线", "12345 hotline"),
    }
)
"""The seventeen doors of the five districts (domain §7)."""

PUBLIC_DOOR = "platform"
"""The door of whoever has no account."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """
    What a party reported of its ``dispatch``, masked; or, ``vetoed``, that its reports before this ``version`` do not hold.
    """

    dispatch: str
    party: str
    version: int
    text: str = ""
    vetoed: bool = False


def standing(results: Sequence[Result]) -> tuple[Result, ...]:
    """The results that hold, in order: not those that a veto came after, in whatever order the messages came."""
    vetoes: dict[str, int] = {}
    for one in results:
        if one.vetoed:
            vetoes[one.dispatch] = max(one.version, vetoes.get(one.dispatch, 0))
    return tuple(one for one in results if not one.vetoed and one.version > vetoes.get(one.dispatch, -1))


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    A case as it stands. ``round`` is 1 and grows with each reopening, ``reports`` counts the parties' reports in it, ``vetoes``
    those that whoever blew the whistle did not accept; ``results`` are both in the order in which they came, ``result`` is the text
    of those that stand. ``head`` is the hash of the newest of its ``length`` timeline entries.
    ``contact`` is sealed; ``contact_tail`` is a keyed hash of the number and the phone's last four digits.
    """

    no: str
    serial: int
    version: int
    district: str
    state: State
    title: str
    text: str
    original: str | None
    place: str | None
    grid: str | None
    door: str
    category: str | None
    tags: tuple[str, ...]
    filed_at: dt.datetime
    changed_at: dt.datetime
    source_ref: str | None = None
    contact: str | None = None
    contact_tail: str | None = None
    round: int = 1
    party_name: str | None = None
    due_at: dt.datetime | None = None
    result: str | None = None
    answer: str | None = None
    answer_way: AnswerWay | None = None
    rating: Rating | None = None
    members: tuple[str, ...] = ()
    reports: int = 0
    vetoes: int = 0
    results: tuple[Result, ...] = ()
    head: str = ""
    length: int = 0


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    One line of a case's timeline. ``hash`` covers all of it and the ``prev_hash``, so that no line can be changed or taken out
    unseen.
    """

    case_no: str
    seq: int
    at: dt.datetime
    kind: str
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)
    event_id: str | None = None
    prev_hash: str = ""
    hash: str = ""


def record(case: Case, entry: Entry) -> tuple[Case, Entry]:
    """Append an entry: the case with its new head, and the entry with its place and hash."""
    placed = replace(entry, case_no=case.no, seq=case.length + 1, prev_hash=case.head)
    sealed = replace(placed, hash=entry_hash(placed))
    grown = replace(case, head=sealed.hash, length=sealed.seq, version=case.version + 1, changed_at=entry.at)
    return grown, sealed


def entry_hash(entry: Entry) -> str:
    """SHA-256, hex, over the entry's canonical JSON and its predecessor's hash."""
    parts = [
        entry.case_no,
        entry.seq,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.kind,
        entry.actor,
        dict(entry.data),
        entry.event_id,
        entry.prev_hash,
    ]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken_link(entries: list[Entry], case: Case) -> int | None:
    """The sequence number of the first entry that does not fit the chain, or None if all is well."""
    before = ""
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number or entry.prev_hash != before or entry.hash != entry_hash(entry):
            return number
        before = entry.hash
    return None if (before, len(entries)) == (case.head, case.length) else len(entries) + 1


def forward(case: Case, state: State) -> Case:
    """The case moved to ``state`` if that is further than where it is; what parties tell never moves it back."""
    return replace(case, state=state) if PROGRESS[state] > PROGRESS[case.state] else case


def with_result(case: Case, found: Result) -> Case:
    """The case with one more report or veto."""
    before = case.results
    if case.result and not before:  # of a case that was in hand before reports were kept one by one
        before = (Result(dispatch="", party="", version=0, text=case.result),)
    results = (*before, found)
    told = "\n".join(one.text for one in standing(results) if one.text)
    return replace(case, results=results, result=told[:10_000] or None)


def back_to_work(case: Case) -> Case:
    """
    The case after a veto: handled again, if it was thought done. An answer that crossed the veto on its way does not count:
    nothing is closed before all are done.
    """
    return replace(case, state="handling") if case.state in ("resolved", "answered") else case


def next_state(case: Case, command: str) -> State | None:
    """Where ``command`` leads, or None if it is not allowed now."""
    return COMMANDS.get((case.state, command))


def title_of(text: str) -> str:
    """A title for what came without one: the first sentence, at most 40 characters."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    for mark in "。!?!?;;":
        first = first.partition(mark)[0] or first
    return first if len(first) <= 40 else first[:39] + "…"
