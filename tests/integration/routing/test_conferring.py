"""Joint consultations (联合会商, S4-21) about cases without a whistle: called, held, and what they decide; on both databases."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.integration.routing.returning.hands import HOUR, report, returned_twice, told, whole
from tests.integration.routing.town import NOON, Town, decision
from whistle.auth import Principal
from whistle.contracts import Sign
from whistle.errors import AlreadyRuled, Forbidden, Invalid, NotAllowedNow
from whistle.plugins.loader import load_packs
from whistle_routing.domain.whistles import Consultation
from whistle_routing.handlers.conferring import conclude, confer
from whistle_routing.handlers.whistling.consulting import Invitation, Minutes
from whistle_routing.store.reach import Reach

NO = "26-00001-1"
STREET = Principal(sub="李书记", role="street", scope="mawei")
INVITATION = Invitation(
    parties=("light", "water"),
    guests=("社区智囊团",),
    meet_at=NOON + 3 * HOUR,
    place="街道综治中心",
    subject="君竹明居更换物业,联系人 13800001111",
)


def at_work(town: Town, *co: str) -> Town:
    town.file(NO)
    town.decide(decision("light", *co))
    return town


def call(town: Town, *, who: Principal = STREET, **changes: Any) -> Consultation:
    with town.database.write() as unit, unit.step():
        job = unit.jobs.get(NO)
        assert job is not None
        return confer(unit, job, dataclasses.replace(INVITATION, **changes), who=who, tools=town.tools)


def hold(town: Town, called: Consultation, *, who: Principal = STREET, **changes: Any) -> Consultation:
    held = Minutes(present=("light", "社区智囊团"), minutes="各方陈述", decision="先行维修")
    with town.database.write() as unit, unit.step():
        now = unit.consultations.get(called.id)
        assert now is not None
        return conclude(unit, now, dataclasses.replace(held, **changes), who=who, tools=town.tools)


def roles(town: Town) -> dict[str, tuple[str, str]]:
    return {one.party: (one.role, one.state) for one in town.everything()[1]}


def test_a_decision_that_calls_nobody_is_an_advice(town):
    """Everybody who was asked hears when and what; nothing changes for who is at work; phone numbers are not written down."""
    before = at_work(town).everything()[1]
    held = hold(town, call(town))
    (invited,), (said,) = told(town, "consultation.called"), told(town, "consultation.held")
    assert ("", ("light", "water"), ("社区智囊团",)) == (invited.whistle, invited.parties, invited.guests)
    assert "13800001111" not in invited.subject
    assert (True, (), "", "先行维修") == (said.advice, said.summoned, said.lead, said.decision)
    for party in ("light", "water"):
        names = [event.data.name for event in town.said(to=party)]
        assert ["consultation.called", "consultation.held"] == names[-2:]
    assert (before, "李书记") == (town.everything()[1], held.held_by)
    with town.database.read() as unit:
        kinds = [(step.kind, step.whistle, step.by) for step in unit.steps_of(NO)]
    assert [("consultation_called", None, "李书记"), ("consultation_held", None, "李书记")] == kinds


def test_whom_the_decision_names_joins_in_with_clocks_of_its_own(town):
    """Two join, nobody blows a whistle; the case is done when all have reported; the trace names the consultation."""
    called = call(at_work(town))
    town.clock.advance(HOUR)
    hold(town, called, summon=("water", "park"))
    assert {"light": ("lead", "sent"), "water": ("co", "sent"), "park": ("co", "sent")} == roles(town)
    assert [] == town.everything()[2]
    assert town.of("light").due_at < town.of("water").due_at
    assert not told(town, "consultation.held")[0].advice
    with town.database.read() as unit:
        last = unit.decisions_of(NO)[-1]
    assert ("person", f"consultation.{called.id}") == (last["source"], last["decision"]["reasons"][0]["rule"])
    for party in ("light", "park", "water"):
        assert "routed" == town.job().state
        report(town, party)
    assert "done" == town.job().state


def test_a_party_claims_the_lead_and_the_one_before_helps(town):
    """对接认领 (S1-17): another leads from now on, by the whole case's time; the first lead goes on as co-handler and owner."""
    called = call(at_work(town))
    hold(town, called, lead="park", summon=("water",))
    assert {"light": ("co", "sent"), "water": ("co", "sent"), "park": ("lead", "sent")} == roles(town)
    assert ("park", "light") == (town.job().lead, town.job().owner)
    assert whole(town).due_at == town.of("park").due_at
    assert "park" == told(town, "consultation.held")[0].lead


def test_who_is_at_work_already_is_promoted_by_the_work_it_has(town):
    """No second dispatch for the same party."""
    called = call(at_work(town))
    hold(town, called, summon=("water",))
    hold(town, call(town), lead="water")
    assert {"light": ("co", "sent"), "water": ("lead", "sent")} == roles(town)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"present": ("park",)}, "present"),
        ({"present": ()}, "present"),
        ({"summon": ("nobody",)}, "join"),
        ({"summon": ("light",)}, "join"),
        ({"summon": ("water", "water")}, "join"),
        ({"lead": "water", "summon": ("water",)}, "join"),
        ({"lead": "nobody"}, "lead"),
    ],
)
def test_minutes_that_cannot_be_are_refused_and_change_nothing(town, changes, field):
    """Strangers, unknown parties, one twice, one that is at work: by the name of the field."""
    called = call(at_work(town))
    before = town.everything()
    with pytest.raises(Invalid) as refused:
        hold(town, called, **changes)
    assert [field] == list(refused.value.fields)
    assert (before, []) == (town.everything(), told(town, "consultation.held"))


def test_the_minutes_are_recorded_once(town):
    """A second decision needs a second consultation."""
    called = call(at_work(town))
    hold(town, called)
    with pytest.raises(NotAllowedNow, match="已有纪要"):
        hold(town, called, summon=("water",))


@pytest.mark.parametrize(
    "who",
    [
        Principal(sub="网格员", role="worker", scope="mawei"),
        Principal(sub="社区书记", role="community", scope="mawei"),
        Principal(sub="外区", role="district", scope="gaochang"),
    ],
)
def test_a_consultation_is_called_and_held_by_the_street_or_above(town, who):
    """Within its own scope."""
    with pytest.raises(Forbidden):
        call(at_work(town), who=who)
    called = call(town)
    with pytest.raises(Forbidden):
        hold(town, called, who=who)


def test_one_alone_is_no_consultation_and_a_closed_case_needs_none(town):
    """Two at least, guests included; a case that waits for its answer may still be conferred about, but nobody joins any more."""
    at_work(town)
    with pytest.raises(Invalid):
        call(town, parties=("light",), guests=())
    report(town, "light")
    called = call(town)
    with pytest.raises(NotAllowedNow):
        hold(town, called, summon=("water",))
    assert "先行维修" == hold(town, called).decision
    town.answer(NO)
    town.closing(NO, 1)
    with pytest.raises(NotAllowedNow):
        call(town)


def test_while_the_arbiter_has_the_case_they_only_advise_and_its_ruling_stands(town):
    """Nobody is called before the ruling; after it nobody else leads, but others may join."""
    returned_twice(town)
    called = call(town)
    with pytest.raises(NotAllowedNow):
        hold(town, called, lead="park")
    town.rule(NO, "light")
    with pytest.raises(AlreadyRuled):
        hold(town, called, lead="park")
    hold(town, called, summon=("park",))
    assert ("lead", "co") == (town.of("light").role, town.of("park").role)


def test_on_a_case_with_a_whistle_it_is_a_step_of_that(town):
    """The blower's rules hold: whom it calls is summoned, and becomes a responder."""
    at_work(town, "water")
    called = call(town, parties=("light", "water", "office"))
    (whistle,) = town.everything()[2]
    assert whistle.id == called.whistle == told(town, "consultation.called")[0].whistle
    with pytest.raises(Invalid):
        hold(town, called, lead="water")
    hold(town, called, summon=("park",))
    assert ["park"] == [one.party for one in told(town, "whistle.summoned")]
    assert whistle.id == town.of("park").whistle


def test_a_whistle_that_was_blown_since_takes_those_in_who_join(town):
    """Called before the whistle, held after it."""
    town.file(NO)
    called = call(town)
    town.decide(decision("light", "water"))
    with pytest.raises(Invalid):
        hold(town, called, lead="park")
    hold(town, called, summon=("park",))
    (whistle,) = town.everything()[2]
    assert (None, whistle.id) == (called.whistle, town.of("park").whistle)


def test_consultations_are_listed_page_by_page(town):
    """By case, by whether they were held, and by district."""
    at_work(town)
    first, second = call(town), call(town)
    hold(town, first)
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="light")

    def found(**changes: Any) -> list[str]:
        wanted = {"reach": Reach(), "case_no": None, "held": None, "after": "", "limit": 10, **changes}
        with town.database.read() as unit:
            return [one.id for one in unit.list_consultations(**wanted)]

    assert [first.id, second.id] == found() == found(case_no=NO) == found(reach=Reach(districts=["mawei"]))
    assert ([first.id], [second.id]) == (found(held=True), found(held=False))
    assert ([first.id], [second.id], []) == (
        found(limit=1),
        found(after=first.id),
        found(reach=Reach(districts=["x"])),
    )


def test_the_council_of_mawei_offers_an_item_to_many_and_two_claim_it(town):
    """
    S1-17: the party-building council asks every institution that pledged (S1-6); the education bureau claims the 4:30 school and
    leads, the Youth League joins; the community, which had it, goes on helping and stays its owner.
    """
    tables = load_packs(["mawei"])["mawei"].tables
    place = Town(town.database, tables)
    place.tools.parties["mawei"] = {party.id: party for party in tables.parties}
    place.file(NO)
    place.decide(decision("maxian-community"))
    pledged = tuple(one.party for one in tables.agreed.pledges)
    called = call(place, parties=("education-bureau", *pledged), guests=(), subject="放学托管难")
    claimed: dict[str, Any] = {
        "lead": "education-bureau",
        "summon": ("youth-league",),
        "decision": "认领社区四点半学校",
    }
    hold(place, called, present=("education-bureau", "youth-league"), **claimed)
    assert 13 == len(told(place, "consultation.called")[0].parties)
    assert {
        "education-bureau": ("lead", "sent"),
        "youth-league": ("co", "sent"),
        "maxian-community": ("co", "sent"),
    } == roles(place)
    assert "maxian-community" == place.job().owner
    for party in roles(place):
        report(place, party)
    assert "done" == place.job().state
