"""Pages rendered without a server, and read back as a browser would."""

from __future__ import annotations

import dataclasses
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from tests.unit.intake.made import NOW, case
from whistle.auth import Principal
from whistle.contracts import MESSAGES, OrganisationTold
from whistle.http.routes import Request, Response
from whistle.messaging.subscribe import subscriptions_of
from whistle_intake.domain import Entry, record
from whistle_intake.pages import case as case_page
from whistle_intake.pages import filing, front, ledger
from whistle_intake.pages.front import Board
from whistle_intake.service import IntakeService
from whistle_intake.store import Happening

SECRET = "a secret for tests, long enough and mixed 0123"
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"
EXAMPLES = {message.name: message.example for message in MESSAGES}
FOLLOWED = [
    message.name
    for entry in subscriptions_of(IntakeService)
    for message in entry.messages
    if message is not OrganisationTold  # about no case
]
KINDS = ["case.answered", "case.rated", "case.reopened", "case.closed", *FOLLOWED]
STAFF = Principal(sub="Wang Li", role="district", scope="*")
VOID = frozenset({"meta", "link", "input", "br"})


def request(language: str = "zh", **changes: Any) -> Request:
    """A request for a page."""
    values: dict[str, Any] = {
        "method": "GET",
        "url": "http://127.0.0.1/",
        "target": "/",
        "route": "/",
        "request_id": "1",
        "remote": "127.0.0.1",
        "language": language,
    }
    return Request(**{**values, **changes})


class _Ledger:
    """The few questions that pages ask of a unit of work."""

    now = NOW

    def __init__(self, cases=(), entries=()) -> None:
        self._cases, self._entries = list(cases), list(entries)
        self.asked = 0

    def entries(self, case_no):
        return self._entries

    def ledger(self, **asked):
        self.last = asked
        return self._cases[: asked["limit"]]

    def counts(self):
        self.asked += 1
        return Counter((case.district, case.state) for case in self._cases)

    def happened(self, since):
        return {"case.filed": len(self._cases)}

    def newest(self, kinds, limit):
        return [Happening(at=NOW, kind=kind, district="mawei", category=None) for kind in kinds]


Ledger: Any = _Ledger


class Reading(HTMLParser):
    """What a browser or a screen reader finds in a page."""

    def __init__(self, response: Response) -> None:
        super().__init__(convert_charrefs=True)
        assert isinstance(response.body, str)
        self.source = response.body
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.fields: list[dict[str, str | None]] = []
        self.labels: set[str | None] = set()
        self.ids: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in ("input", "select", "textarea") and found.get("type") != "hidden":
            self.fields.append(found)
        if tag == "label":
            self.labels.add(found.get("for"))
        if "id" in found:
            self.ids.append(found["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag == self.open.pop(), f"</{tag}> does not close what is open"

    def handle_data(self, data):
        self.text += data

    @property
    def words(self) -> str:
        """The text with single blanks."""
        return " ".join(self.text.split())


def board() -> Board:
    """A board that has not looked yet."""
    return Board()


def with_timeline(kinds=(), **changes):
    """A case and its entries, with the examples of the contracts as data."""
    grown, entries = case(**changes), []
    filed = {"door": "platform", "title": "lamp"}
    for kind, data in [("case.filed", filed), *((kind, dict(EXAMPLES[kind])) for kind in kinds)]:
        grown, entry = record(grown, Entry(case_no=grown.no, seq=0, at=NOW, kind=kind, actor="x", data=data))
        entries.append(entry)
    return grown, entries


def show(look, tools, language="zh", *, kinds=(), staff=False, **changes):
    """The page of a case."""
    shown, entries = with_timeline(kinds, **changes)
    asked = request(language, principal=STAFF if staff else None, query={"link": "l"})
    return Reading(case_page._case(Ledger(entries=entries), asked, shown, look=look, tools=tools, link="l"))


def every_page(look, tools, language, **more):
    """All pages, with something on them."""
    shown, entries = with_timeline(
        KINDS, state="answered", answer="done", answer_way="letter", text="lamp", title="lamp"
    )
    unit = Ledger(
        [shown, dataclasses.replace(shown, state="handling", due_at=NOW, party_name="power")], entries
    )
    asked = request(language, **more)
    errors = {"text": ["请写明什么事 / say what is the matter"]}
    return {
        "front": front.show_front(unit, asked, look=look, tools=tools, board=board()),
        "now": front.show_now(unit, asked, look=look, tools=tools, board=board()),
        "file": filing.show_form(asked, look=look, tools=tools),
        "file, wrong": filing._form(asked, {"text": "x", "token": "t"}, errors, look=look, tools=tools),
        "lookup": case_page.show_lookup(asked, look=look),
        "case": case_page._case(unit, asked, shown, look=look, tools=tools, link="l"),
        "ledger": ledger.show_ledger(
            unit, dataclasses.replace(asked, principal=STAFF), look=look, tools=tools
        ),
    }
