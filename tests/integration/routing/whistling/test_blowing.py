"""Who may blow, who is asked first, whom a whistle calls, and every refusal."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.integration.routing.town import decision
from tests.integration.routing.whistling.square import (
    COMMUNITY,
    ELSEWHERE,
    GRID,
    HOUR,
    NO,
    OTHER,
    STREET,
    blow,
    give_back,
    last,
    report,
    states,
    steps,
    use,
    whistle,
)
from whistle.errors import Forbidden, Invalid, NotAllowedNow
from whistle_routing.domain import whistles
from whistle_routing.handlers.whistling.blowing import approve_whistle, decline_whistle


def test_a_grid_worker_blows_on_a_case_that_is_at_work(here):
    """S3-12: who is at work already joins in; who is new gets a dispatch with clocks of the class."""
    ident = blow(here, "water", "park")
    calls = {one.party: (one.role, one.whistle, one.state) for one in here.everything()[1]}
    assert calls == {
        "light": ("co", ident, "sent"),
        "water": ("lead", ident, "sent"),
        "park": ("co", ident, "sent"),
    }
    assert ("water", "routed") == (here.job(NO).lead, here.job(NO).state)
    blown = last(here, "whistle.blown")
    assert ("wang", "worker", "多家管线", "daily") == (
        blown.by,
        blown.role,
        blown.reason,
        blown.whistle_class,
    )
    assert [("blown", None), ("called", "light"), ("called", "water"), ("called", "park")] == [
        (one.kind, one.party) for one in steps(here)
    ]


def test_who_leads_already_goes_on_leading_and_a_co_handler_may_be_made_the_lead(here):
    """Nobody is called twice."""
    blow(here, "light", "water")
    assert {"light": "lead", "water": "co"} == {one.party: one.role for one in here.everything()[1]}
    assert ["dispatch.joined"] == [
        event.data.name for event in here.said(to="light") if event.data.name != "dispatch.sent"
    ]


def test_each_responder_has_clocks_of_its_own(here):
    """Signing and handling by the row of the class; who is at work already keeps the deadline it has."""
    blow(here, "light", "water", "park")
    with here.database.read() as unit:
        clocks = [(one.party, one.kind, one.amount) for one in unit.clocks_of(NO)]
    assert sorted(clocks) == [
        ("light", "handle", 36000),
        ("park", "handle", 36000),
        ("park", "sign", 600),
        ("water", "handle", 36000),
        ("water", "sign", 600),
    ]


def test_the_blower_may_say_how_long_they_may_take(here):
    """It goes before what the class says."""
    blow(here, "light", "water", "park", within="2 个工作日")
    with here.database.read() as unit:
        assert {("working_days", 2)} == {
            (one.unit, one.amount)
            for one in unit.clocks_of(NO)
            if one.kind == "handle" and one.party != "light"
        }


def test_urgent_responders_have_thirty_minutes_to_be_on_site(here):
    """The default of §8, from the dispatch on."""
    blow(here, "water", "park", whistle_class="urgent")
    with here.database.read() as unit:
        found = {
            one.party: one.due_at - here.clock.now() for one in unit.clocks_of(NO) if one.kind == "arrive"
        }
    assert {"water": dt.timedelta(minutes=30), "park": dt.timedelta(minutes=30)} == found


# --- approval ---------------------------------------------------------------------------------------------------------


def test_where_a_principal_is_asked_first_nobody_is_called_before(here):
    """The request tells who must approve, and until when."""
    ident = blow(here, "water", "park", whistle_class="major")
    assert ("requested", {"light": "sent"}) == (whistle(here, ident).state, states(here))
    asked = last(here, "whistle.requested")
    assert ("street", here.clock.now() + HOUR) == (asked.role, asked.due_at)


def test_the_approved_whistle_is_blown(here):
    """By whom it was wanted, with the name of who approved."""
    ident = blow(here, "water", "park", whistle_class="major")
    use(here, approve_whistle, ident, who=STREET, reason="同意")
    assert {"light": "sent", "water": "sent", "park": "sent"} == states(here)
    blown = last(here, "whistle.blown")
    assert ("wang", "li", "blown") == (blown.by, blown.approved_by, whistle(here, ident).state)
    assert ["requested", "approved", "blown"] == [one.kind for one in steps(here)][:3]
    assert "clock.stopped" in here.names()


def test_the_declined_one_is_not_and_another_may_be_asked_for(here):
    """The reason is kept; the case goes on as before."""
    ident = blow(here, "water", "park", whistle_class="major")
    use(here, decline_whistle, ident, who=STREET, reason="社区可自行处理")
    assert ("declined", "社区可自行处理") == (
        whistle(here, ident).state,
        last(here, "whistle.declined").reason,
    )
    assert {"light": "sent"} == states(here)
    assert "requested" == whistle(here, blow(here, "water", "park", whistle_class="major")).state


def test_who_does_not_decide_in_time_is_reminded_once_in_each_colour(here):
    """The approval has a clock of its own; nobody is supervised for it."""
    blow(here, "water", "park", whistle_class="major")
    for _ in range(3):
        here.clock.advance(HOUR)
        here.fire()
    told = [
        (event.data.name, event.data.party)
        for event in here.said()
        if getattr(event.data, "kind", "") == "approve"
    ]
    assert [("clock.warned", "street"), ("clock.overdue", "street")] == told
    assert [] == here.orders()


def test_the_principal_s_own_whistle_needs_no_approval(here):
    """Who may approve is not asked."""
    assert "blown" == whistle(here, blow(here, "water", "park", whistle_class="major", who=STREET)).state


@pytest.mark.parametrize("who", [GRID, COMMUNITY, OTHER, ELSEWHERE], ids=lambda who: who.sub)
def test_only_a_principal_of_the_place_decides_and_never_on_the_own_request(here, who):
    """Neither below the role that the district names, nor from elsewhere."""
    ident = blow(here, "water", "park", whistle_class="major")
    with pytest.raises(Forbidden):
        use(here, approve_whistle, ident, who=who, reason="")
    with pytest.raises(Forbidden):
        use(here, decline_whistle, ident, who=who, reason="不")


def test_what_was_decided_is_not_decided_again(here):
    """Two principals at the same request: the second is told."""
    ident = blow(here, "water", "park", whistle_class="major")
    use(here, approve_whistle, ident, who=STREET, reason="")
    for handler in (approve_whistle, decline_whistle):
        with pytest.raises(NotAllowedNow):
            use(here, handler, ident, who=STREET, reason="晚了")


@pytest.mark.parametrize("ending", ["reported", "closed", "reopened", "plugin"])
def test_a_request_lapses_when_the_case_goes_on_without_it(here, ending):
    """All have reported, the case is closed or opened again, or the district's rules blow themselves."""
    ident = blow(here, "water", "park", whistle_class="major")
    if ending == "plugin":
        here.clock.advance(dt.timedelta(hours=11))
        here.fire()
        here.decide(decision("light", "desk"))
    else:
        report(here, "light")
    if ending == "reopened":
        here.reopen(NO, 2)
    if ending == "closed":
        here.closing(NO, 1)
    assert "declined" == whistle(here, ident).state
    assert "rules" == last(here, "whistle.declined").by
    with pytest.raises(NotAllowedNow):
        use(here, approve_whistle, ident, who=STREET, reason="")


def test_an_approval_that_finds_the_case_being_decided_waits(here):
    """Nothing is called twice: the principal tries again in a moment."""
    ident = blow(here, "water", "park", whistle_class="major")
    give_back(here, "light")
    with pytest.raises(NotAllowedNow) as refused:
        use(here, approve_whistle, ident, who=STREET, reason="")
    assert "pending" == refused.value.detail["state"]
    here.decide(decision("desk"))
    use(here, approve_whistle, ident, who=STREET, reason="")
    assert "blown" == whistle(here, ident).state


def test_who_gave_the_case_back_meanwhile_is_not_called_by_an_approval(here):
    """It said with a legal basis that this is not its work."""
    ident = blow(here, "light", "park", whistle_class="major")
    give_back(here, "light")
    here.decide(decision("desk"))
    with pytest.raises(Invalid) as refused:
        use(here, approve_whistle, ident, who=STREET, reason="")
    assert ["lead"] == list(refused.value.fields)


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_role_that_is_not_named_may_not_blow(here):
    """The message says who may."""
    pack = here.tools.packs["mawei"]
    rows = (dataclasses.replace(pack.tables.whistles[0], blowers=("street",)),)
    tables = dataclasses.replace(pack.tables, whistles=rows)
    here.tools = dataclasses.replace(here.tools, packs={"mawei": dataclasses.replace(pack, tables=tables)})
    with pytest.raises(Forbidden) as refused:
        blow(here, "water", "park")
    assert "street" in str(refused.value)


@pytest.mark.parametrize(
    ("named", "field", "told"),
    [
        (("nobody", "park"), "lead", "no party nobody"),
        (("water", "nobody"), "co_handlers", "no party nobody"),
        (("water", "water"), "co_handlers", "named twice"),
        (("water", "park", "park"), "co_handlers", "named twice"),
        (("light",), "co_handlers", "at least one co-handler"),
    ],
)
def test_parties_that_cannot_be_called_are_named_by_field(here, named, field, told):
    """Unknown, doubled, or alone."""
    with pytest.raises(Invalid) as refused:
        blow(here, *named)
    assert told in refused.value.fields[field][0]
    assert {"light": "sent"} == states(here)


def test_a_length_of_time_that_is_none_is_refused(here):
    """With examples of what is one."""
    with pytest.raises(Invalid) as refused:
        blow(here, "water", "park", within="soon")
    assert ["within"] == list(refused.value.fields)


def test_one_whistle_in_a_round(here):
    """Another party is summoned, not whistled for a second time."""
    blow(here, "water", "park")
    with pytest.raises(NotAllowedNow) as refused:
        blow(here, "desk", "office")
    assert "summon" in str(refused.value)


@pytest.mark.parametrize(("begin", "state"), [("done", "done"), ("pending", "pending"), ("closed", "closed")])
def test_nothing_is_blown_on_a_case_that_is_not_at_work(here, begin, state):
    """Being decided, done, or closed: the message says which."""
    if begin == "pending":
        give_back(here, "light")
    else:
        report(here, "light")
    if begin == "closed":
        here.closing(NO, 1)
    with pytest.raises(NotAllowedNow) as refused:
        blow(here, "water", "park")
    assert state == refused.value.detail["state"]


def test_who_gave_the_case_back_is_not_called_by_a_whistle(here):
    """A ruling can, a whistle cannot."""
    give_back(here, "light")
    here.decide(decision("water"))
    with pytest.raises(Invalid) as refused:
        blow(here, "water", "light")
    assert "legal basis" in refused.value.fields["co_handlers"][0]


def test_the_table_of_moves_names_every_state_but_the_last():
    """A declined whistle stays declined; all others go somewhere."""
    assert {"requested", "blown", "closed"} == {state for state, _ in whistles.MOVES}
