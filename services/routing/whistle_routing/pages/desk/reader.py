"""
Who reads the desk, and what of a case this reader may see (domain D6).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from whistle.auth import Principal
from whistle.contracts import DispatchSent
from whistle.contracts.plugin import Party
from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle.privacy import mask_text
from whistle_routing.api.parties import check_token
from whistle_routing.domain import Dispatch, Job, views
from whistle_routing.domain.mail import Letter
from whistle_routing.domain.views import Privacy
from whistle_routing.handlers.returning.owning import owner_of
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools

WHOLE_ROLE = "street"
"""Who of the staff reads the text of a case in which somebody is reported (检举), as of the parties street and city do."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A party with its token (``district`` and ``party`` say which), or staff (both are empty)."""

    who: Principal
    district: str = ""
    party: str = ""

    @property
    def is_party(self) -> bool:
        return bool(self.party)

    def has(self, about: Dispatch) -> bool:
        """Is this the party's own work?"""
        return self.is_party and (about.district, about.party) == (self.district, self.party)

    def owns(self, job: Job, tools: Tools) -> bool:
        """Does the party own the case (首办), whoever has it now?"""
        return self.is_party and job.district == self.district and owner_of(job, tools) == self.party

    def reach(self) -> Reach:
        """Whose work the desk lists."""
        if self.is_party:
            return Reach(districts=[self.district], party=self.party)
        if self.who.scope == "*":
            return Reach()
        return Reach(districts=[self.who.scope.partition("/")[0]], extent=self.who.extent())

    def whole_districts(self) -> bool:
        """Staff of a district, who decide about returns and extensions, not only of a part of it."""
        return not self.is_party and (self.who.scope == "*" or "/" not in self.who.scope)


def reader_of(unit: RoutingUnit, request: Request) -> Reader:
    """
    Raises:
        Forbidden: neither staff nor a party. Unauthenticated: the party's token was changed or taken back.
    """
    who = request.principal
    if who is not None and who.role == "party":
        district, party = check_token(unit, who)
        return Reader(who=who, district=district, party=party)
    if who is None or not who.may("worker"):
        raise Forbidden("工作台只供单位与工作人员使用", "the desk is for parties and staff")
    return Reader(who=who)


@dataclass(frozen=True, kw_only=True)
class ShownCase:
    """What of a case the reader may see; ``sealed``: text and place are withheld."""

    title: str
    text: str
    place: str | None
    category: str | None
    sealed: bool = False


def show_case(reader: Reader, job: Job, tools: Tools) -> ShownCase:
    """The case as this reader may see it, from the case as routing knows it."""
    message = DispatchSent(
        dispatch="",
        party=reader.party,
        party_name="",
        role="lead",
        title=mask_text(job.title),
        text=mask_text(job.text),
        place=mask_text(job.place) if job.place else None,
        category=job.category,
    )
    privacy = Privacy(report=views.is_report(job.tags, job.category), consent=job.consent)
    if reader.is_party:
        known = tools.parties.get(reader.district, {}).get(reader.party)
        return _of_message(views.seen_by(message, kind=known.kind if known else "", privacy=privacy))
    if privacy.report and not reader.who.may(WHOLE_ROLE):
        return _of_message(views.sealed(message))
    return _of_message(message)


def show_letter(reader: Reader, job: Job, sent: Letter | None, tools: Tools, *, mark: str = "") -> ShownCase:
    """
    The case as the party was told of it, with the mark of its copy; as :func:`show_case` has it, with ``mark``, where its filter
    held the letter back, where the work is another's, or where the case is sealed by now.
    """
    now = show_case(reader, job, tools)
    if sent is not None and not now.sealed:
        return _of_message(DispatchSent.from_wire(json.loads(sent.body)["data"]))
    return replace(now, text=views.watermark(now.text, mark)) if mark else now


def mark_of(unit: RoutingUnit, reader: Reader, letters: Sequence[Letter]) -> str:
    """
    The mark that leads back to the party that reads: of its last letter about the case (``letters``), else of its last letter at
    all; empty for staff, and for a party that was never told anything.
    """
    if not reader.is_party:
        return ""
    return letters[-1].watermark if letters else unit.last_mark(reader.district, reader.party)


def letter_of(found: Iterable[Letter], dispatch: str) -> Letter | None:
    """The letter that told of this dispatch."""
    told = (one for one in found if f".{DispatchSent.name}." in one.type)
    return next((one for one in told if json.loads(one.body)["data"].get("dispatch") == dispatch), None)


def names_of(tools: Tools, district: str) -> Mapping[str, str]:
    """What the parties of a district are called."""
    known: Mapping[str, Party] = tools.parties.get(district, {})
    return {ident: party.name for ident, party in known.items()}


def name_of(reader: Reader, tools: Tools) -> str:
    """What the party that reads is called; empty for staff, whom their token names."""
    return names_of(tools, reader.district).get(reader.party, "") if reader.is_party else ""


def outside(
    zh: str = "没有这个派单,或不在您的权限范围", en: str = "no such dispatch within your scope"
) -> Forbidden:
    """What somebody is told who may not know whether there is such a thing."""
    return Forbidden(zh, en)


def _of_message(message: DispatchSent) -> ShownCase:
    return ShownCase(
        title=message.title,
        text=message.text,
        place=message.place,
        category=message.category,
        sealed=message.sealed,
    )
