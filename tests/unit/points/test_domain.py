"""The rules of points: what a case is worth, balanced transfers, reversal once, the chain."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from whistle.contracts import CaseClosed
from whistle_points import domain
from whistle_points.domain import GENESIS, ISSUE, Fact, Head, Lot, Posting, Wallet, lots

NOON = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)
FACT = Fact(
    scheme="mawei", case_no="26-00001-2", round=1, cause="event-1", effective_at=NOON, recorded_at=NOON
)
ITEM = domain.default_scheme("mawei").versions[0].items[domain.CASE_CLOSED]


def closed(rating="satisfied", outcome="resolved", case_round=1):
    return CaseClosed(outcome=outcome, rating=rating, round=case_round, members=("m-1",))


def lot(member="m-1", lot_id="t-1", tenths=20, **values):
    values = {"left": tenths, "expires_at": None, "opened_at": NOON, **values}
    return Lot(id=lot_id, scheme="mawei", member=member, tenths=tenths, **values)


def award(member="m-1", case_round=1, transfer_id="t-1"):
    movement = lots.award(Wallet(member=member), lot(member, transfer_id))
    return domain.transfer(
        replace(FACT, round=case_round),
        transfer_id=transfer_id,
        kind=domain.AWARD,
        ref=domain.case_ref(FACT.case_no, case_round, member=member),
        member=member,
        postings=movement.postings,
        reason="resolved",
    )


def mirrored(of, transfer_id):
    postings = [replace(posting, tenths=-posting.tenths) for posting in of.postings]
    return replace(of, id=transfer_id, kind=domain.REVERSAL, reverses=of.id, postings=tuple(postings))


@pytest.mark.parametrize(
    ("outcome", "rating", "tenths"),
    [
        ("resolved", "very_satisfied", 20),
        ("resolved", "satisfied", 20),
        ("resolved", "basically_satisfied", 10),
        ("resolved", None, 10),
        ("resolved", "dissatisfied", 0),
        ("resolved", "very_dissatisfied", 0),
        ("explained", "very_satisfied", 0),
        ("withdrawn", None, 0),
    ],
)
def test_a_closed_case_is_worth_what_the_table_says(outcome, rating, tenths):
    """Each row of the rule, in tenths of a point."""
    assert tenths == domain.worth(closed(rating, outcome), ITEM)


def test_helpers_count_once_and_in_order():
    """Two parties may report the same member; what can be no member's number is left out."""
    names = ["m-2", "m-1", "m-2", "", "a:b", "x" * 61, "张三"]

    assert ("m-2", "m-1", "张三") == domain.helpers(names)


def test_an_award_moves_points_from_the_source_to_the_member():
    """Two postings that add up to zero; the member's line opens a lot named after the transfer."""
    assert (
        Posting(account=ISSUE, tenths=-20),
        Posting(account="member:m-1:earned", tenths=20, lot="t-1"),
    ) == award().postings


def test_what_is_untouched_is_taken_back_as_it_was_given():
    """The same accounts and lots, the other sign."""
    movement = lots.take_back(Wallet(member="m-1", lots=(lot(),)), 20, own=lot(), at=NOON)

    assert [(ISSUE, 20, None), ("member:m-1:earned", -20, "t-1")] == [
        (posting.account, posting.tenths, posting.lot) for posting in movement.postings if posting.tenths
    ]
    assert [0] == [one.left for one in movement.lots]


def test_what_was_spent_already_becomes_a_debt():
    """The next award pays it first."""
    spent = lot(left=0)
    movement = lots.take_back(Wallet(member="m-1"), 20, own=spent, at=NOON)
    paid = lots.award(Wallet(member="m-1", debt=20), lot(lot_id="t-2", tenths=30))

    assert [(ISSUE, 20), ("member:m-1:debt", -20)] == [
        (posting.account, posting.tenths) for posting in movement.postings if posting.tenths
    ]
    assert [(ISSUE, -30), ("member:m-1:debt", 20), ("member:m-1:earned", 10)] == [
        (posting.account, posting.tenths) for posting in paid.postings
    ]
    assert [10] == [one.tenths for one in paid.lots]


def test_what_expires_first_is_spent_first():
    """Whatever was earned first; a lot whose time is over is not touched."""
    late = lot(lot_id="late", expires_at=NOON + dt.timedelta(days=9))
    soon = lot(lot_id="soon", tenths=10, expires_at=NOON + dt.timedelta(days=1))
    over = lot(lot_id="over", expires_at=NOON)
    wallet = Wallet(member="m-1", lots=(late, over, soon))
    movement = lots.hold(wallet, 15, at=NOON, final_only=False)

    assert (("soon", 10), ("late", 5)) == movement.parts
    with pytest.raises(domain.Insufficient) as short:
        lots.hold(wallet, 31, at=NOON, final_only=False)
    assert (31, 30) == (short.value.asked, short.value.free)


def test_points_that_are_not_final_can_be_kept_from_being_spent():
    """A district may wait for publication and appeals."""
    wallet = Wallet(member="m-1", lots=(lot(final=False), lot(lot_id="t-2", tenths=5)))

    assert (25, 5) == (wallet.spendable(NOON), wallet.spendable(NOON, final_only=True))


def test_only_standing_awards_of_earlier_rounds_are_reversed():
    """What is reversed already stays reversed once; the round that begins is not touched."""
    first, second = award(transfer_id="t-1"), award(case_round=2, transfer_id="t-2")
    third = award("m-2", transfer_id="t-3")
    mirror = mirrored(first, "t-4")

    assert (third,) == domain.to_reverse([first, second, third, mirror], begun=2)
    assert (second, third) == domain.to_reverse([first, second, third, mirror], begun=3)


def test_the_chain_binds_each_transfer_to_all_before_it():
    """Numbers without gaps, each hash over the one before."""
    head, one = domain.chain(Head(scheme="mawei"), award())
    head, two = domain.chain(head, award("m-2", transfer_id="t-2"))

    assert (1, GENESIS) == (one.seq, one.prev_hash)
    assert (2, one.hash) == (two.seq, two.prev_hash)
    assert (2, two.hash, 2) == (head.seq, head.hash, head.version)


@pytest.mark.parametrize(
    "change",
    [
        {"member": "m-9"},
        {"reason": "other"},
        {"ref": "other"},
        {"prev_hash": "1" * 64},
        {"seq": 7},
        {"effective_at": NOON + dt.timedelta(microseconds=1)},
        {"postings": (Posting(account=ISSUE, tenths=-21), Posting(account="member:m-1:earned", tenths=21))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_part_of_a_transfer_can_change_unnoticed(change):
    """Every field is under the hash."""
    _, linked = domain.chain(Head(scheme="mawei"), award())

    assert linked.hash == domain.digest(linked)
    assert linked.hash != domain.digest(replace(linked, **change))


def test_the_hash_does_not_depend_on_the_time_zone_of_the_reader():
    """One database gives UTC back, another a local time."""
    transfer = award()
    local = replace(transfer, effective_at=NOON.astimezone(dt.timezone(dt.timedelta(hours=8))))

    assert domain.digest(transfer) == domain.digest(local)


def test_an_unbalanced_or_foreign_transfer_is_not_chained():
    """A defect of the caller is stopped before it is booked."""
    with pytest.raises(ValueError, match="add up to zero"):
        domain.chain(Head(scheme="mawei"), replace(award(), postings=(Posting(account=ISSUE, tenths=1),)))
    with pytest.raises(ValueError, match="belongs to mawei"):
        domain.chain(Head(scheme="huantai"), award())


@pytest.mark.parametrize(
    ("tenths", "text"), [(0, "0"), (20, "2"), (5, "0.5"), (-15, "-1.5"), (-20, "-2"), (10001, "1000.1")]
)
def test_tenths_are_shown_as_people_write_points(tenths, text):
    """Whole points without a fraction."""
    assert text == domain.points(tenths)
