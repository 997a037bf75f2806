"""The way of a point: claimed, checked by somebody else, made public, disputed, final."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.points.desk import RULES, Desk
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle_points import refusals
from whistle_points.domain import Schemes
from whistle_points.rules import Rules
from whistle_points.store import verify


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.enrol("m-1", "m-2")
    yield desk
    with database.read() as unit:
        assert [] == verify(unit)


def published(desk, period="2026-03"):
    desk.clock.advance(dt.timedelta(days=32))
    return desk.call("post_publication", {"period": period})


def test_what_somebody_else_approves_is_booked(desk):
    """The reviewer may find another amount; nothing is booked before."""
    claim = desk.claim(hundredths=150)
    before = desk.balance()["free"]
    answer = desk.call(
        "post_review", {"approve": True, "hundredths": 100}, by="reviewer", path={"claim": claim["id"]}
    )

    assert (0, 10, 10) == (before, answer["award"]["tenths"], desk.balance()["free"])
    assert ("approved", 100, "reviewer") == tuple(
        answer["claim"][name] for name in ("state", "granted", "reviewed_by")
    )


@pytest.mark.parametrize("reviewer", ["m-1", "worker"])
def test_nobody_reviews_their_own(desk, reviewer):
    """Neither the member nor who entered the claim."""
    claim = desk.claim(by="worker")
    with pytest.raises(refusals.SamePerson) as refused:
        desk.call("post_review", {"approve": True}, by=reviewer, path={"claim": claim["id"]})

    assert "points/own-review" == refused.value.code
    assert 0 == desk.balance()["free"]


def test_a_claim_is_reviewed_once(desk):
    """The second reviewer is told what became of it."""
    claim = desk.claim()
    with pytest.raises(Invalid) as unsaid:
        desk.call("post_review", {"approve": False, "reason": " "}, by="a", path={"claim": claim["id"]})
    assert ["reason"] == list(unsaid.value.detail["fields"])
    desk.call("post_review", {"approve": False, "reason": "照片不清"}, by="a", path={"claim": claim["id"]})
    with pytest.raises(NotAllowedNow) as refused:
        desk.call("post_review", {"approve": True}, by="b", path={"claim": claim["id"]})

    assert "rejected" == refused.value.detail["state"]


def test_caps_cut_and_say_so_also_for_what_comes_late(desk):
    """15×2=30, 封顶: the day's cap, then the month's, then evidence of an earlier day in the full month."""
    given = [desk.earn(points=2, day="2026-03-01") for _ in range(2)]
    given += [
        desk.earn(points=2, day=day) for day in ("2026-02-27", "2026-02-26", "2026-02-25", "2026-02-01")
    ]

    assert [20, 10, 20, 20, 20, 0] == [award["tenths"] for award in given]
    assert [False, True, False, False, False, True] == [award["capped"] for award in given]
    assert ("capped", 20) == (given[-1]["state"], given[-1]["asked"])
    assert 90 == desk.balance()["rank"]


def test_one_event_earns_at_most_its_cap(desk):
    """Five hours at once count as two."""
    award = desk.earn(points=5)

    assert (50, 20, True) == (award["asked"], award["tenths"], award["capped"])


def test_what_is_taken_back_makes_room_again(desk):
    """The cap measures what stands."""
    first = desk.earn(points=2)
    desk.earn(points=1)
    desk.call("reverse", {"reason": "重复"}, path={"transfer": first["id"]})

    assert 20 == desk.earn(points=2)["tenths"]


def test_a_deduction_needs_a_second_person_and_may_leave_a_debt(desk):
    """The next points pay it; the rank falls."""
    desk.earn(points=1)
    claim = desk.claim(item="absent", note="无故缺席党员大会")
    desk.call("post_review", {"approve": True}, by="reviewer", path={"claim": claim["id"]})

    balance = desk.balance()
    assert (0, 10, -10) == (balance["free"], balance["debt"], balance["rank"])
    assert -10 == desk.read("show_member", path={"member": "m-1"})["tenths"]
    desk.earn(points=2)
    assert (10, 0) == (desk.balance()["free"], desk.balance()["debt"])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"member": "nobody"}, refusals.UnknownMember),
        ({"item": "singing"}, refusals.UnknownItem),
        ({"item": "advice", "assessor": "organisation"}, refusals.NotForThis),
        ({"evidence": []}, Invalid),
        ({"hundredths": -100}, Invalid),
        ({"hundredths": 10**9}, Invalid),
        ({"hundredths": "100"}, Invalid),
        ({"day": "2026-03-02"}, Invalid),
        ({"day": "2025-02-01"}, refusals.TooLate),
        ({"member": "张 三"}, Invalid),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_wrong_claim_is_refused_with_its_own_problem(desk, change, error):
    """Unknown member or item, missing evidence, negative and huge amounts, days ahead or long past."""
    with pytest.raises(error):
        desk.claim(**change)

    assert [] == desk.read("list_claims")["claims"]


def test_an_item_of_another_date_is_unknown(database):
    """Each day has its version; what a later one brings does not hold before."""
    from dataclasses import replace

    first = RULES.at("mawei", dt.date(2026, 1, 1))
    later = replace(
        first, version=2, valid_from=dt.date(2026, 2, 20), items={"advice": first.items["advice"]}
    )
    desk = Desk(database, rules=Rules({"mawei": Schemes((first, later))}))
    desk.enrol("m-1")

    assert "submitted" == desk.claim(day="2026-02-19")["state"]
    with pytest.raises(refusals.ItemOfAnotherDate) as refused:
        desk.claim(day="2026-02-20")
    assert "points/item-of-another-date" == refused.value.code
    assert "2026-01-01" in str(refused.value)


def test_an_item_may_be_for_some_members_only(desk):
    """By the member's groups."""
    desk.enrol("m-3", groups=())
    with pytest.raises(refusals.NotForThis):
        desk.claim("m-3", "advice", assessor="self")

    assert "submitted" == desk.claim("m-1", "advice", assessor="self")["state"]


def test_a_dry_run_answers_and_changes_nothing(desk):
    """A claim, its review, a reversal."""
    claim = desk.claim()
    tried = desk.call(
        "post_review", {"approve": True, "dry_run": True}, by="reviewer", path={"claim": claim["id"]}
    )
    state = desk.read("list_claims")["claims"][0]["state"]

    assert (10, "submitted", 0) == (tried["award"]["tenths"], state, desk.balance()["free"])


def test_a_rehearsed_publication_leaves_no_list_and_no_entry_changed(desk):
    """It writes for all entries at once; that is taken back too."""
    award = desk.earn()
    desk.clock.advance(dt.timedelta(days=32))
    tried = desk.call("post_publication", {"period": "2026-03", "dry_run": True})

    assert [["m-1", "党员m-1", 20, 1]] == tried["rows"]
    assert [] == desk.read("list_publications")["publications"]
    with desk.database.read() as unit:
        assert ("booked", None) == (
            unit.awards.get(award["id"]).state,
            unit.awards.get(award["id"]).publication,
        )


# --- publication and appeals -----------------------------------------------------------------------------------------


def test_a_public_list_is_frozen_with_rule_and_chain(desk):
    """Totals as they stood, the head of the chain, the hash of the rule text; five working days for appeals."""
    desk.earn("m-1", points=2)
    desk.earn("m-2", points=1)
    made = published(desk)

    assert [["m-1", "党员m-1", 20, 1], ["m-2", "党员m-2", 10, 1]] == made["rows"]
    assert ("open", 2, "a" * 64) == (made["state"], made["head_seq"], made["text_hash"])
    # 2 April 2026 is a Thursday; 4 to 6 April are off (清明): 3, 7, 8, 9 and 10 April are worked
    assert "2026-04-10T16:00:00+00:00" == made["appeal_until"]


def test_a_period_is_published_once_and_when_it_is_over(desk):
    """The list says what is late, and for how long."""
    with pytest.raises(Invalid):
        desk.call("post_publication", {"period": "2026-03"})
    with pytest.raises(Invalid):
        desk.call("post_publication", {"period": "march"})
    assert {"period": "2026-02", "days": 1} == desk.read("list_publications")["due"]
    published(desk)
    with pytest.raises(NotAllowedNow):
        desk.call("post_publication", {"period": "2026-03"})
    assert None is desk.read("list_publications")["due"]


def test_what_nobody_disputes_is_final_when_the_time_is_over(desk):
    """And cannot be disputed any more."""
    award = desk.earn()
    made = published(desk)
    desk.clock.advance(dt.timedelta(days=20))
    desk.sweep()

    assert "final" == desk.read("show_publication", path={"publication": made["id"]})["state"]
    with pytest.raises(refusals.TooLate):
        desk.call("post_appeal", {"award": award["id"], "text": "不同意"}, by="m-2")


@pytest.mark.parametrize(("outcome", "free"), [("kept", 20), ("reversed", 0), ("more", 25)])
def test_an_appeal_ends_in_one_of_three_ways(desk, outcome, free):
    """Nothing, the entry is taken back, or more is awarded."""
    award = desk.earn()
    published(desk)
    appeal = desk.call("post_appeal", {"award": award["id"], "text": "不同意"}, by="m-2")
    ruling = {"outcome": outcome, "reason": "复核", **({"points": "0.5"} if outcome == "more" else {})}
    decided = desk.call("post_decision", ruling, by="judge", path={"appeal": appeal["id"]})

    assert ("decided", outcome, free) == (decided["state"], decided["outcome"], desk.balance()["free"])
    with pytest.raises(NotAllowedNow):
        desk.call("post_decision", ruling, by="judge", path={"appeal": appeal["id"]})


@pytest.mark.parametrize("judge", ["m-1", "m-2", "reviewer"])
def test_an_appeal_is_decided_by_another_person(desk, judge):
    """Not the member, not who filed it, not who reviewed the entry."""
    award = desk.earn()
    published(desk)
    appeal = desk.call("post_appeal", {"award": award["id"], "text": "不同意"}, by="m-2")
    with pytest.raises(refusals.SamePerson):
        desk.call(
            "post_decision", {"outcome": "kept", "reason": "x"}, by=judge, path={"appeal": appeal["id"]}
        )


def test_a_disputed_entry_is_final_only_when_it_is_decided(desk):
    """The list may be final meanwhile."""
    award = desk.earn()
    published(desk)
    appeal = desk.call("post_appeal", {"award": award["id"], "text": "不同意"}, by="m-2")
    desk.clock.advance(dt.timedelta(days=20))
    desk.sweep()
    desk.call("post_decision", {"outcome": "kept", "reason": "x"}, by="judge", path={"appeal": appeal["id"]})

    with desk.database.read() as unit:
        assert "final" == unit.awards.get(award["id"]).state


def test_a_reversal_is_once_and_of_what_exists(desk):
    """The second answer names the first reversal."""
    award = desk.earn()
    first = desk.call("reverse", {"reason": "误记"}, path={"transfer": award["id"]})
    with pytest.raises(refusals.AlreadyReversed) as refused:
        desk.call("reverse", {"reason": "误记"}, path={"transfer": award["id"]})
    with pytest.raises(NotFound):
        desk.call("reverse", {"reason": "误记"}, path={"transfer": "nothing"})
    with pytest.raises(refusals.NotReversible):
        desk.call("reverse", {"reason": "误记"}, path={"transfer": first["id"]})

    assert first["id"] == refused.value.detail["reversed_by"]


def test_balances_are_read_as_of_any_time(desk):
    """By what had happened, and by what had been booked."""
    noon = desk.clock.now()
    desk.earn(points=2)
    desk.clock.advance(dt.timedelta(days=10))
    desk.earn(points=1, day="2026-02-20")
    early, between = noon - dt.timedelta(days=5), noon + dt.timedelta(days=1)

    assert 30 == desk.balance()["free"]
    assert 10 == desk.balance(at=early.isoformat())["free"]
    assert (30, 20) == (
        desk.balance(at=between.isoformat())["free"],
        desk.balance(at=between.isoformat(), known_at=between.isoformat())["free"],
    )
    assert [{"month": "2029-02", "tenths": 10}, {"month": "2029-03", "tenths": 20}] == desk.balance()[
        "expiring"
    ]


def test_equal_scores_share_a_place(desk):
    """The ranking of a month; other months do not count."""
    desk.enrol("m-3")
    desk.earn("m-1", points=1)
    desk.earn("m-2", points=2)
    desk.earn("m-3", points=2)
    desk.earn("m-1", points=2, day="2026-02-03")

    ranks = desk.read("show_ranking", period="2026-03")["ranks"]
    assert [(1, "m-2", 20), (1, "m-3", 20), (3, "m-1", 10)] == [
        (rank["place"], rank["member"], rank["tenths"]) for rank in ranks
    ]
