"""Any history, told in any order, any number of times, in any batches: exactly once, and zero at any time."""

from __future__ import annotations

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.points.town import closed, reopened, tell
from whistle_points import domain
from whistle_points.store import metadata, read_member, verify

MEMBERS = ("m-1", "m-2", "m-3")
ITEM = domain.default_scheme("mawei").versions[0].items[domain.CASE_CLOSED]
RATINGS = ("very_satisfied", "basically_satisfied", "dissatisfied", None)


@st.composite
def cases(draw, number):
    """One case: how each of its rounds was closed, and the reopenings between them."""
    rounds = draw(st.integers(1, 3))
    case_no = f"26-{number:05d}-0"
    closings = {
        case_round: (
            draw(st.sampled_from(RATINGS)),
            tuple(draw(st.lists(st.sampled_from(MEMBERS), max_size=3))),
        )
        for case_round in range(1, rounds + 1)
        if draw(st.booleans())
    }
    return case_no, closings, rounds


@st.composite
def histories(draw):
    """Cases, and what is told of them: each fact at least once, shuffled, cut into batches, some handlings failing at first."""
    town = [draw(cases(number)) for number in range(draw(st.integers(1, 3)))]
    facts = []
    for case_no, closings, rounds in town:
        facts += [("closed", case_no, case_round, *closing) for case_round, closing in closings.items()]
        facts += [("reopened", case_no, case_round) for case_round in range(2, rounds + 1)]
    again = draw(st.lists(st.sampled_from(facts), max_size=6)) if facts else []
    messages = draw(st.permutations(facts + again))
    cuts = sorted(draw(st.sets(st.integers(0, len(messages)), max_size=4)))
    spoiled = draw(st.sets(st.integers(0, max(0, len(messages) - 1)), max_size=2))
    return town, messages, cuts, spoiled


def expected(town):
    """What stands in the end: the closings of each case's last round."""
    totals = dict.fromkeys(MEMBERS, 0)
    for _, closings, rounds in town:
        rating, members = closings.get(rounds, (None, ()))
        for member in set(members):
            totals[member] += ITEM.ratings.get(rating, 0)
    return totals


def message(fact):
    if fact[0] == "reopened":
        return reopened(fact[1], case_round=fact[2])
    return closed(fact[1], case_round=fact[2], rating=fact[3], members=fact[4])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories())
def test_any_history_is_booked_exactly_once(database, history):
    """Shuffled, repeated and failing messages give what the story says; verify is clean after every batch."""
    town, facts, cuts, spoiled = history
    with database.engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.delete(table))
    messages = [message(fact) for fact in facts]
    failing = frozenset(messages[index].id for index in spoiled if messages)
    for start, end in zip([0, *cuts], [*cuts, len(messages)], strict=True):
        if start < end:
            tell(database, messages[start:end], spoiled=failing)
            with database.read() as unit:
                assert [] == verify(unit)
    tell(database, [event for event in messages if event.id in failing] or messages[:1])

    with database.read() as unit:
        balances = {
            member: read_member(unit, scheme="mawei", member=member, before=None, limit=1).tenths
            for member in MEMBERS
        }
        assert expected(town) == balances
        assert [] == verify(unit)
