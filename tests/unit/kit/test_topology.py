"""Names and routes: what design says they are, by pure functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.kit.parcels.service import Parcels, Renamed
from whistle import topology
from whistle.contracts import ACTIONS, MESSAGES, CaseClosed, CaseFiled, DispatchSent, Report, Sign
from whistle.messaging.subscribe import queues_of
from whistle.runtime.services import installed_services
from whistle.simulation.service import Departments
from whistle.topology import Binding, matches

NAMES = {
    "case.filed.mawei": topology.event_key(CaseFiled, "mawei"),
    "mawei.power-bureau.dispatch.sent": topology.dispatch_key(
        DispatchSent, district="mawei", party="power-bureau"
    ),
    "mawei.power-bureau.sign": topology.action_key(Sign, district="mawei", party="power-bureau"),
    "mawei.power-bureau.report": topology.action_key(Report, district="mawei", party="power-bureau"),
    "intake.events": topology.service_queue_name("intake"),
    "party.mawei.power-bureau": topology.party_queue_name("mawei", "power-bureau"),
    "mawei.power-bureau": topology.party_user("mawei", "power-bureau"),
    "intake.events.dead": topology.dead_queue_name("intake.events"),
    "routing.actions": topology.ACTIONS_QUEUE,
    "whistle.events": topology.EVENTS,
    "whistle.dispatch": topology.DISPATCH,
    "whistle.actions": topology.ACTIONS,
    "whistle.unroutable": topology.UNROUTABLE,
}


@pytest.mark.parametrize(("promised", "made"), NAMES.items(), ids=NAMES)
def test_names_are_what_was_promised(promised, made):
    """Others rely on every one of them."""
    assert promised == made


QUEUES = [
    topology.service_queue("points", [CaseClosed, CaseFiled]),
    topology.actions_queue(),
    topology.party_queue("mawei", "power-bureau"),
    topology.stand_in_queue("departments"),
]


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_work_queues_are_quorum_with_a_limit_and_a_last_line(queue):
    """Replicated, refused when full, dead letters kept at least once."""
    assert {
        "x-queue-type": "quorum",
        "x-delivery-limit": 50,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": f"{queue.name}.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    } == queue.arguments


def test_a_service_reads_its_messages_of_every_district():
    """One binding a message class, in one order whatever the order of the subscriptions."""
    first = topology.service_queue("points", [CaseClosed, CaseFiled])
    assert first == topology.service_queue("points", [CaseFiled, CaseClosed, CaseFiled])
    assert (
        Binding(topology.EVENTS, "case.closed.*"),
        Binding(topology.EVENTS, "case.filed.*"),
    ) == first.bindings


@pytest.mark.parametrize("service", [*installed_services(), Departments, Parcels], ids=lambda one: one.name)
def test_no_binding_of_any_service_has_a_zero_word_wildcard(service):
    """kombu's memory transport does not know that ``#`` may stand for nothing."""
    assert [] == [b for queue in queues_of(service) for b in queue.bindings if "#" in b.key]


def test_a_renamed_method_and_class_keep_their_queues():
    """Queue names follow from the service's name alone."""
    assert sorted(queues_of(Parcels), key=repr) == sorted(queues_of(Renamed), key=repr)


def test_a_service_named_like_no_other_reads_no_queue_of_another():
    """No two installed services share a queue."""
    names = [queue.name for service in [*installed_services(), Departments] for queue in queues_of(service)]
    assert len(names) == len(set(names))


WORD = st.text(st.sampled_from("abc-1"), min_size=1, max_size=3)
DISTRICTS, PARTIES = WORD, WORD


@given(st.sampled_from([one for one in MESSAGES if one not in ACTIONS]), DISTRICTS, PARTIES)
def test_events_and_dispatches_reach_who_reads_them_and_nobody_else(message, district, party):
    """Whatever district and party are called: by key, each queue gets what it is meant to get."""
    event = topology.event_key(message, district)
    sent = topology.dispatch_key(message, district=district, party=party)
    (own,) = topology.party_queue(district, party).bindings
    (other,) = topology.party_queue(district, party + "x").bindings
    (every,) = topology.stand_in_queue("departments").bindings
    reads = topology.service_queue("s", [message]).bindings
    assert (True, False, True) == tuple(
        matches(one, exchange=topology.DISPATCH, key=sent) for one in (own, other, every)
    )
    assert [True] == [matches(one, exchange=topology.EVENTS, key=event) for one in reads]
    assert [False] == [matches(one, exchange=topology.DISPATCH, key=event) for one in reads]


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD | st.just("*"), min_size=1, max_size=4))
def test_a_star_is_exactly_one_word(words, pattern):
    """As the broker has it; a longer or shorter key does not match."""
    expected = len(words) == len(pattern) and all(
        want in ("*", word) for want, word in zip(pattern, words, strict=False)
    )
    assert expected == matches(Binding("x", ".".join(pattern)), exchange="x", key=".".join(words))
