"""
Recipient-scoped privacy (domain D6): what a property company is sent holds nothing that identifies who complained, and a copy
that leaks leads back to whoever it was made for.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from tests.integration.routing.town import DISTRICT, decision
from whistle.contracts import CaseFiled, Sign
from whistle.topology import DISPATCH
from whistle_routing import handlers
from whistle_routing.domain import views

NAME, PHONE, FLAT = "司马相如", "13812345678", "3单元502室"
IDENTIFIERS = (NAME, PHONE, "*5678", FLAT, "502室")
TEXT = f"我叫{NAME},住{FLAT},电话138****5678。幸福里小区3号楼门口路灯不亮,{NAME[:1]}某晚上看不见。"


@pytest.fixture
def kinds(mailing):
    """The town's parties get kinds: light is a property company, water a water company, park the street, office an office."""
    given = {
        "light": "property",
        "water": "water",
        "park": "street",
        "office": "police",
        "desk": "petition-office",
    }
    known = mailing.town.tools.parties[DISTRICT]
    for name, kind in given.items():
        known[name] = dataclasses.replace(known[name], kind=kind)
    return mailing


def file(mailing, no: str = "26-00001-1", **changes: Any) -> None:
    filed = CaseFiled(
        title=f"路灯,我是{NAME}",
        text=TEXT,
        place="幸福里小区3号楼",
        door="hotline",
        filed_at=mailing.town.clock.now(),
        callback="138*******8",
        **{"contact": "sealed-canary", **changes},
    )
    mailing.town.hear(handlers.take_case, mailing.town.about(no, filed))


def sent_to(mailing, party: str) -> str:
    """Everything that party was sent, on its queue and in the log, as one text without hidden signs."""
    with mailing.town.database.read() as unit:
        table = unit.kit.outbox
        rows = unit.connection.execute(sa.select(table).where(table.c.exchange == DISPATCH)).all()
    queue = [row.body for row in rows if row.routing_key.startswith(f"{DISTRICT}.{party}.")]
    return views.plain("\n".join([*queue, *(letter.body for letter in mailing.letters(party))]))


def test_no_queue_and_no_log_line_of_a_property_company_identifies_the_complainant(kinds):
    """Place and problem are there; name, flat, number and sealed contact are not, in letters, answers and log lines."""
    with structlog.testing.capture_logs() as lines:
        file(kinds)
        kinds.town.decide(decision("light", "water"))
        kinds.town.act(
            Sign(dispatch=kinds.town.of("light").id, by="张工"), party="water"
        )  # refused: not theirs
    for party in ("light", "water"):
        dump = sent_to(kinds, party)
        assert "幸福里小区3号楼门口路灯不亮" in dump
        assert [] == [word for word in (*IDENTIFIERS, "sealed-canary") if word in dump]
    assert "dispatch.refused" in sent_to(kinds, "water")
    logged = json.dumps(lines, ensure_ascii=False, default=str)
    assert [] == [word for word in IDENTIFIERS if word in logged]


def test_consent_lets_the_text_stand(kinds):
    """A resident who agreed is named, as in the text they wrote; the number stays masked."""
    file(kinds, consent=True)
    kinds.town.decide(decision("light"))
    dump = sent_to(kinds, "light")
    assert NAME in dump
    assert PHONE not in dump


def test_a_reported_person_is_known_to_the_street_alone(kinds):
    """The same whistle: the street reads the text, office and company learn that there is something they must ask for."""
    file(kinds, tags=("检举",))
    kinds.town.decide(decision("park", "light", "office"))
    assert "路灯不亮" in sent_to(kinds, "park")
    for party in ("light", "office"):
        dump = sent_to(kinds, party)
        assert views.SEALED_TITLE in dump
        assert not [word for word in ("路灯", "幸福里", "138*") if word in dump]


def test_a_leaked_copy_leads_to_its_recipient(kinds):
    """Three parties get the same case; the copied text of each is traced to it and to nobody else."""
    file(kinds)
    kinds.town.decide(decision("light", "water", "park"))
    marks = set()
    for party in ("light", "water", "park"):
        (letter,) = kinds.letters(party)
        text = json.loads(letter.body)["data"]["text"]
        with kinds.town.database.read() as unit:
            found = unit.mail.traced(views.marks_in(f"网上看到:「{text[10:-3]}」"))
        assert [(party, 1)] == [(one.party, one.sequence) for one in found]
        marks.add(letter.watermark)
    assert 3 == len(marks)
    assert [] == traced(kinds, views.plain(text))


def traced(mailing, text: str) -> list[object]:
    with mailing.town.database.read() as unit:
        return unit.mail.traced(views.marks_in(text))
