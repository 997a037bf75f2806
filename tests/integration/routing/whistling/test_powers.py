"""Summon, evaluate, veto, assess; release and close; arriving with proof; and every refusal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.integration.routing.town import decision
from tests.integration.routing.whistling.square import (
    COMMUNITY,
    ELSEWHERE,
    HOUR,
    NO,
    OTHER,
    STREET,
    arrive,
    blow,
    give_back,
    kept,
    last,
    report,
    sign,
    states,
    steps,
    use,
    whistle,
)
from whistle.contracts import ArrivalProof
from whistle.errors import Forbidden, Invalid, NotAllowedNow, NotFound
from whistle_routing.handlers.whistling.powers import assess, evaluate, summon, veto
from whistle_routing.handlers.whistling.releasing import close_whistle, release

GOOD: dict[str, Any] = {"score": 90, "verdict": "satisfied", "comment": ""}
FINE: dict[str, Any] = {"grade": "excellent", "comment": ""}


def handling(town, party):
    """The handling clock of a party."""
    with town.database.read() as unit:
        (found,) = [one for one in unit.clocks_of(NO) if one.id == town.of(party).id]
        return found


# --- summon -----------------------------------------------------------------------------------------------------------


def test_summon_calls_one_more_with_clocks_of_its_own(here):
    """召集: it belongs to the same whistle, and is told why."""
    ident = blow(here, "light", "water")
    here.clock.advance(HOUR)
    use(here, summon, ident, "park", reason="需移树")
    assert ("co", ident) == (here.of("park").role, here.of("park").whistle)
    assert here.clock.now() + 10 * HOUR == handling(here, "park").due_at
    assert ["dispatch.sent", "whistle.summoned"] == [event.data.name for event in here.said(to="park")]


@pytest.mark.parametrize(("party", "told"), [("water", "at work already"), ("nobody", "no party")])
def test_who_is_at_work_or_unknown_is_not_summoned(here, party, told):
    """The field is named."""
    ident = blow(here, "light", "water")
    with pytest.raises(Invalid) as refused:
        use(here, summon, ident, party, reason="再叫")
    assert told in refused.value.fields["party"][0]


def test_nobody_is_summoned_when_all_have_reported(here):
    """The whistle is over until a report is vetoed."""
    ident = blow(here, "light", "water")
    report(here, "light", "water")
    with pytest.raises(NotAllowedNow):
        use(here, summon, ident, "park", reason="晚了")


# --- veto -------------------------------------------------------------------------------------------------------------


def test_a_vetoed_responder_is_back_at_work_and_its_own_clock_runs_on(here):
    """否决: the same deadline as before; others are not touched."""
    ident = blow(here, "light", "water")
    due = handling(here, "water").due_at
    here.clock.advance(HOUR)
    report(here, "light", "water")
    assert ("done", "closed") == (here.job(NO).state, whistle(here, ident).state)
    here.clock.advance(HOUR)
    use(here, veto, ident, "water", reason="现场仍有积水")
    assert ("routed", "blown") == (here.job(NO).state, whistle(here, ident).state)
    assert {"light": "reported", "water": "signed"} == states(here)
    clock = handling(here, "water")
    assert ("running", due, None, None) == (clock.state, clock.due_at, clock.stopped_at, clock.late)
    told = last(here, "whistle.vetoed")
    assert (due, 1, 1, "water") == (told.due_at, told.vetoes, told.round, told.party)


def test_a_clock_fires_each_colour_once_however_often_a_report_is_vetoed(here):
    """What it said before the report it does not say again."""
    ident = blow(here, "light", "water")
    sign(here, "water")
    report(here, "light")
    for _ in range(3):
        here.clock.advance(dt.timedelta(hours=8, minutes=30))
        here.fire()
        if here.job(NO).state == "pending":
            here.decide(decision("light", "water"))
        report(here, "water")
        use(here, veto, ident, "water", reason="再看看")
    colours = [
        event.data.name
        for event in here.said()
        if event.data.name in ("clock.warned", "clock.overdue")
        and (event.data.party, event.data.kind) == ("water", "handle")
    ]
    assert ["clock.warned", "clock.overdue"] == colours
    assert "overdue" == handling(here, "water").state
    report(here, "water")
    assert handling(here, "water").late
    told = last(here, "dispatch.reported")
    assert (True, 2, 3, True) == (told.case_done, told.reports, told.vetoes, told.late)


def test_who_is_overdue_after_a_veto_is_supervised_again(here):
    """The late report had settled the order; now nothing is settled."""
    ident = blow(here, "light", "water")
    sign(here, "water")
    report(here, "light")
    here.clock.advance(11 * HOUR)
    here.fire()
    here.decide(decision("light", "water"))
    report(here, "water")
    assert ["closed"] == [one.state for one in here.orders() if one.party == "water"]
    use(here, veto, ident, "water", reason="未办完")
    assert ["closed", "open"] == [one.state for one in here.orders() if one.party == "water"]


def test_on_site_again_if_it_had_arrived(here):
    """A veto does not undo an arrival."""
    ident = blow(here, "light", "water")
    sign(here, "water")
    arrive(here, "water")
    report(here, "water")
    use(here, veto, ident, "water", reason="未办完")
    assert "arrived" == states(here)["water"]


@pytest.mark.parametrize("when", ["sent", "accepted", "answered", "stranger", "released"])
def test_what_is_no_report_or_accepted_or_answered_is_not_vetoed(here, when):
    """Nothing to veto, or too late."""
    ident, party = blow(here, "light", "water"), "water"
    error: type[NotAllowedNow | NotFound] = NotAllowedNow
    if when in ("accepted", "answered"):
        report(here, "light", "water")
    if when == "accepted":
        use(here, evaluate, ident, "water", **GOOD)
    if when == "answered":
        here.answer(NO)
    if when == "stranger":
        party, error = "park", NotFound
    if when == "released":
        use(here, release, ident, "water", reason="不涉及")
    with pytest.raises(error):
        use(here, veto, ident, party, reason="不行")


# --- release and close ------------------------------------------------------------------------------------------------


def test_the_last_one_missing_is_released_and_the_case_is_done(here):
    """With the reason; its clocks stop and the whistle closes."""
    ident = blow(here, "light", "water", "park")
    report(here, "light", "water")
    use(here, release, ident, "park", reason="不涉及园林")
    assert ("done", "closed", "stopped") == (
        here.job(NO).state,
        whistle(here, ident).state,
        handling(here, "park").state,
    )
    assert ("不涉及园林", "wang") == (
        last(here, "whistle.released").reason,
        last(here, "whistle.released").by,
    )
    assert (2, 0) == (last(here, "whistle.closed").reports, last(here, "whistle.closed").vetoes)
    assert "不涉及园林" == kept(here, "park").released


def test_a_released_party_is_not_called_again_by_the_plugin(here):
    """The blower had a reason."""
    ident = blow(here, "light", "water", "park")
    use(here, release, ident, "park", reason="不涉及")
    give_back(here, "light")
    here.decide(decision("desk", "park"))
    assert "released" == states(here)["park"]


def test_a_lead_is_released_only_to_another_lead(here):
    """No case without an owner: the heir leads from now on, whether it has reported or not."""
    ident = blow(here, "light", "water", "park")
    with pytest.raises(NotAllowedNow) as refused:
        use(here, release, ident, "light", reason="不涉及")
    assert ["park", "water"] == sorted(refused.value.detail["others"])
    with pytest.raises(NotAllowedNow):
        use(here, release, ident, "light", reason="不涉及", lead="desk")
    report(here, "water")
    use(here, release, ident, "light", reason="不涉及", lead="water")
    assert ("water", "lead") == (here.job(NO).lead, here.of("water").role)
    report(here, "park")
    assert "done" == here.job(NO).state


def test_the_last_responder_is_not_released(here):
    """Somebody is left, or nobody would handle the case."""
    ident = blow(here, "light", "water")
    use(here, release, ident, "water", reason="不涉及")
    with pytest.raises(NotAllowedNow):
        use(here, release, ident, "light", reason="不涉及")


@pytest.mark.parametrize("begin", ["reported", "returned", "released"])
def test_who_is_gone_or_has_reported_is_not_released(here, begin):
    """A report is vetoed or accepted, not released."""
    ident = blow(here, "light", "water", "park")
    if begin == "reported":
        report(here, "water")
    elif begin == "returned":
        give_back(here, "water")
    else:
        use(here, release, ident, "water", reason="不涉及")
    with pytest.raises(NotAllowedNow) as refused:
        use(here, release, ident, "water", reason="不涉及")
    assert begin == refused.value.detail["state"]


def test_a_whistle_that_is_closed_stays_closed(here):
    """Closing it once more changes nothing."""
    ident = blow(here, "light", "water")
    report(here, "light", "water")
    before = whistle(here, ident)
    assert before == use(here, close_whistle, ident) == whistle(here, ident)


# --- acceptance -------------------------------------------------------------------------------------------------------


def test_where_reports_must_be_accepted_the_last_acceptance_ends_it(here):
    """Reported is not done: evaluating accepts."""
    ident = blow(here, "light", "water", whistle_class="major", who=STREET)
    report(here, "light", "water")
    assert ("routed", "blown") == (here.job(NO).state, whistle(here, ident).state)
    assert not last(here, "dispatch.reported").case_done
    with here.database.read() as unit:
        assert [] == unit.differences()
    use(here, evaluate, ident, "light", **GOOD, who=STREET)
    assert "routed" == here.job(NO).state
    use(here, evaluate, ident, "water", **GOOD, who=STREET)
    assert ("done", "closed") == (here.job(NO).state, whistle(here, ident).state)


def test_closing_accepts_all_reports_that_are_there(here):
    """Without a word about each; refused while one is missing."""
    ident = blow(here, "light", "water", whistle_class="major", who=STREET)
    report(here, "light")
    with pytest.raises(NotAllowedNow) as refused:
        use(here, close_whistle, ident, who=STREET)
    assert ["water"] == refused.value.detail["missing"]
    report(here, "water")
    use(here, close_whistle, ident, who=STREET)
    assert {"light": "accepted", "water": "accepted"} == states(here)
    assert "done" == here.job(NO).state


# --- evaluate and assess ----------------------------------------------------------------------------------------------


def test_each_responder_is_judged_on_its_own_and_assessed_once(here):
    """评价, 考核: kept with the responder, told to it, and final after the assessment."""
    ident = blow(here, "light", "water")
    report(here, "light", "water")
    use(here, evaluate, ident, "light", score=60, verdict="dissatisfied", comment="来得晚")
    use(here, evaluate, ident, "light", score=75, verdict="basically_satisfied", comment="后来尽力")
    use(here, evaluate, ident, "water", **GOOD)
    use(here, assess, ident, "light", grade="qualified", comment="限期改进")
    light = kept(here, "light")
    assert (75, "basically_satisfied", "qualified", "wang") == (
        light.score,
        light.verdict,
        light.grade,
        light.assessed_by,
    )
    assert (90, None) == (kept(here, "water").score, kept(here, "water").grade)
    told = [event.data.name for event in here.said(to="light") if event.data.name.startswith("whistle.")]
    assert ["whistle.evaluated", "whistle.evaluated", "whistle.assessed"] == told
    for power, said in ((assess, FINE), (evaluate, GOOD)):
        with pytest.raises(NotAllowedNow):
            use(here, power, ident, "light", **said)


def test_nothing_is_judged_before_it_is_done(here):
    """Neither evaluated at work, nor assessed while the whistle runs."""
    ident = blow(here, "light", "water")
    with pytest.raises(NotAllowedNow):
        use(here, evaluate, ident, "water", **GOOD)
    report(here, "water")
    with pytest.raises(NotAllowedNow):
        use(here, assess, ident, "water", **FINE)
    report(here, "light")
    use(here, assess, ident, "water", **FINE)
    assert "excellent" == last(here, "whistle.assessed").grade


@pytest.mark.parametrize("score", [-1, 101])
def test_scores_are_out_of_a_hundred(here, score):
    ident = blow(here, "light", "water")
    report(here, "light", "water")
    with pytest.raises(Invalid):
        use(here, evaluate, ident, "light", score=score, verdict="satisfied", comment="")


# --- whose whistle it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [OTHER, ELSEWHERE], ids=lambda who: who.sub)
def test_only_the_blower_and_who_stands_above_use_the_powers(here, who):
    """Neither a colleague, nor a street from elsewhere."""
    ident = blow(here, "light", "water")
    report(here, "water")
    for power, said in (
        (release, {"reason": "x"}),
        (veto, {"reason": "x"}),
        (evaluate, GOOD),
        (assess, FINE),
    ):
        with pytest.raises(Forbidden):
            use(here, power, ident, "water", who=who, **said)
    with pytest.raises(Forbidden):
        use(here, close_whistle, ident, who=who)
    use(here, veto, ident, "water", who=COMMUNITY, reason="上级也可以")


def test_what_the_plugin_blew_belongs_to_whoever_may_blow(here):
    """There is no blower: anybody who might have been one."""
    here.clock.advance(11 * HOUR)
    here.fire()
    here.decide(decision("light", "water"))
    ident = here.of("water").whistle
    use(here, release, ident, "water", reason="不涉及", who=OTHER)
    assert "released" == states(here)["water"]


def test_a_request_has_no_powers_yet(here):
    """Nothing was blown."""
    ident = blow(here, "water", "park", whistle_class="major")
    with pytest.raises(NotAllowedNow):
        use(here, summon, ident, "desk", reason="先叫")


def test_powers_over_who_is_at_work_end_with_the_round(here):
    """Judging goes on: the record is written afterwards."""
    ident = blow(here, "light", "water")
    report(here, "light", "water")
    here.answer(NO)
    here.closing(NO, 1)
    with pytest.raises(NotAllowedNow):
        use(here, veto, ident, "water", reason="晚了")
    use(here, evaluate, ident, "water", **GOOD)
    assert 90 == kept(here, "water").score


# --- crossing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["reopened", "closed"])
def test_whom_a_veto_called_back_that_the_answer_crossed_is_let_go(here, ending):
    """The case went on at intake before it heard of the veto: nobody stays at work on a round that is over."""
    ident = blow(here, "light", "water")
    report(here, "light", "water")
    use(here, veto, ident, "water", reason="未办完")
    if ending == "reopened":
        here.reopen(NO, 2)
    else:
        here.closing(NO, 1)
    assert ("released", "closed", "stopped") == (
        states(here)["water"],
        whistle(here, ident).state,
        handling(here, "water").state,
    )
    assert "rules" == last(here, "whistle.released").by


# --- arriving ---------------------------------------------------------------------------------------------------------


PHOTO: dict[str, Any] = {"photo": "s3://photos/1.jpg", "sha256": "a" * 64}


def test_an_arrival_is_proved_by_place_and_photo_and_kept(here):
    """Where, when, and a photo by reference; the code is not told to anybody."""
    blow(here, "light", "water", whistle_class="urgent")
    sign(here, "water")
    here.clock.advance(dt.timedelta(minutes=20))
    arrive(here, "water", proof=ArrivalProof(place="3号楼前", at=here.clock.now(), **PHOTO))
    found = kept(here, "water")
    assert (here.clock.now(), "3号楼前", "a" * 64) == (
        found.arrived_at,
        found.proof["place"],
        found.proof["sha256"],
    )
    told = last(here, "dispatch.arrived")
    assert ("3号楼前", "s3://photos/1.jpg") == (told.proof.place, told.proof.photo)


def test_an_arrival_is_proved_by_the_code_that_the_blower_tells(here):
    """It is kept that there was one, but not which."""
    ident = blow(here, "light", "water", whistle_class="urgent")
    code = whistle(here, ident).code
    sign(here, "water")
    arrive(here, "water", proof=ArrivalProof(place="3号楼前", code=code))
    assert {"place": "3号楼前", "coded": True} == kept(here, "water").proof
    assert last(here, "dispatch.arrived").proof.code is None
    assert code
    assert code not in str([event.data for event in here.said()])


@pytest.mark.parametrize(
    "proof",
    [
        None,
        ArrivalProof(place="3号楼前"),
        ArrivalProof(code="000000"),
        ArrivalProof(**PHOTO),
        ArrivalProof(place="3号楼前", photo="s3://1.jpg"),
        ArrivalProof(place="3号楼前", photo="s3://1.jpg", sha256="xyz"),
        ArrivalProof(place="3号楼前", sha256="a" * 64),
        ArrivalProof(latitude=91.0, longitude=0.0, **PHOTO),
        ArrivalProof(latitude=26.0, **PHOTO),
        ArrivalProof(place="3号楼前", at=dt.datetime(2026, 11, 21, tzinfo=dt.UTC), **PHOTO),
        ArrivalProof(place="3号楼前", at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC), **PHOTO),
    ],
)
def test_what_proves_nothing_is_refused_and_answered(here, proof):
    """Missing, wrong, or impossible: the party hears why, and has not arrived."""
    blow(here, "light", "water", whistle_class="urgent")
    sign(here, "water")
    arrive(here, "water", proof=proof)
    assert "signed" == states(here)["water"]
    answer = here.said(to="water")[-1].data
    assert ("dispatch.refused", "invalid", "arrive") == (answer.name, answer.code, answer.action)


def test_who_has_not_arrived_does_not_report_where_arriving_is_proved(here):
    """不见人,不算办."""
    blow(here, "light", "water", whistle_class="urgent")
    report(here, "water")
    assert "signed" == states(here)["water"]
    assert "not-allowed-now" == here.said(to="water")[-1].data.code


def test_a_wrong_proof_is_refused_without_a_whistle_too(here):
    """Who shows something shows something true."""
    sign(here, "light")
    arrive(here, "light", proof=ArrivalProof(latitude=100.0, longitude=0.0))
    assert "signed" == states(here)["light"]
    arrive(here, "light")
    assert "arrived" == states(here)["light"]
    assert [] == steps(here)
