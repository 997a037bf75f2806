"""Points are exchanged like money for goods: set aside with the stock, fetched once with a code, given back if nobody comes."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from tests.integration.points.desk import Desk
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.storage import run_together
from whistle_points import refusals
from whistle_points.store import verify

RICE = {"code": "rice", "name": "大米 5kg", "price": 1, "point": "社区服务站", "sponsor": "幸福超市"}


def differences(desk):
    with desk.database.read() as unit:
        return verify(unit)


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.enrol("m-1", "m-2")
    desk.call("put_reward", RICE)
    desk.call("move_stock", {"reason": "received", "quantity": 10}, path={"reward": "rice"})
    yield desk
    assert [] == differences(desk)


def stock(desk):
    (reward,) = desk.read("list_rewards")["rewards"]
    return reward["on_hand"], reward["reserved"]


def order(desk, member="m-1", **body):
    return desk.call("post_order", {"member": member, "reward": "rice", **body}, by="front-desk")


def fetch(desk, code, *, by="clerk", point="社区服务站", **body):
    return desk.call("pick_up", {"code": code, "point": point, **body}, by=by)


def test_an_order_is_set_aside_and_fetched_with_its_code(desk):
    """Points and stock are reserved, then spent; the rank stays."""
    desk.earn()
    made = order(desk)
    held = (desk.balance()["free"], desk.balance()["held"], stock(desk))
    done = fetch(desk, made["code"].lower())

    assert (10, 10, (10, 1)) == held
    assert ("settled", "clerk", "m-1") == tuple(done[name] for name in ("state", "clerk", "taker"))
    balance = desk.balance()
    assert (10, 0, 20, (9, 0)) == (balance["free"], balance["held"], balance["rank"], stock(desk))


def test_the_code_is_stored_nowhere(desk):
    """Only a keyed hash of it."""
    desk.earn()
    code = order(desk)["code"]
    with desk.database.read() as unit:
        rows = unit.connection.exec_driver_sql("select * from orders").all()

    assert 8 == len(code)
    assert not any(code in str(row) for row in rows)


def test_a_code_is_good_once(desk):
    """Whoever comes second is told when it was used."""
    desk.earn()
    code = order(desk)["code"]
    fetch(desk, code)
    with pytest.raises(refusals.CodeUsed) as refused:
        fetch(desk, code)

    assert ("points/code-used", 409) == (refused.value.code, refused.value.status)
    assert (9, 0) == stock(desk)


def test_a_code_is_good_in_time(desk):
    """Three working days; 1 March 2026 is a Sunday."""
    desk.earn()
    made = order(desk)
    assert "2026-03-04T16:00:00+00:00" == made["order"]["due_at"]
    desk.clock.advance(dt.timedelta(days=4))
    with pytest.raises(refusals.CodeExpired):
        fetch(desk, made["code"])


def test_what_nobody_fetches_comes_back(desk):
    """Points and stock; once, however often one looks."""
    desk.earn()
    made = order(desk)
    desk.clock.advance(dt.timedelta(days=4))
    desk.sweep()
    desk.sweep()

    assert (20, 0, (10, 0)) == (desk.balance()["free"], desk.balance()["held"], stock(desk))
    assert "lapsed" == desk.read("list_orders")["orders"][0]["state"]
    with pytest.raises(refusals.CodeExpired):
        fetch(desk, made["code"])
    with pytest.raises(NotAllowedNow):
        desk.call("cancel_order", {"reason": "x"}, path={"order": made["order"]["id"]})


def test_an_order_can_be_given_up(desk):
    """Once."""
    desk.earn()
    made = order(desk)
    desk.call("cancel_order", {"reason": "不要了"}, path={"order": made["order"]["id"]})

    assert (20, (10, 0)) == (desk.balance()["free"], stock(desk))
    with pytest.raises(NotAllowedNow):
        desk.call("cancel_order", {"reason": "不要了"}, path={"order": made["order"]["id"]})


def test_only_a_named_proxy_fetches_for_somebody_else(desk):
    """By the name that the order says."""
    desk.earn()
    code = order(desk, proxy="m-2")["code"]
    with pytest.raises(refusals.WrongCode):
        fetch(desk, code, taker="m-9")

    assert "m-2" == fetch(desk, code, taker="m-2")["taker"]


@pytest.mark.parametrize(("by", "body"), [("m-1", {}), ("m-2", {"taker": "m-2"}), ("m-1", {"taker": "m-2"})])
def test_the_clerk_is_not_the_taker(desk, by, body):
    """Nor the member whose points are spent."""
    desk.earn()
    code = order(desk, proxy="m-2")["code"]
    with pytest.raises(refusals.SamePerson):
        fetch(desk, code, by=by, **body)


def test_a_code_is_good_at_its_point(desk):
    """Another point is told which; an unknown code is told nothing."""
    desk.earn()
    code = order(desk)["code"]
    with pytest.raises(refusals.WrongCode) as elsewhere:
        fetch(desk, code, point="街道")
    with pytest.raises(refusals.WrongCode) as unknown:
        fetch(desk, "AAAAAAAA")

    assert ({"point": "社区服务站"}, {}) == (elsewhere.value.detail, unknown.value.detail)


def test_who_has_too_little_orders_nothing(desk):
    """And is told how much is free; no stock is reserved."""
    desk.earn(points=1)
    with pytest.raises(refusals.Insufficient) as refused:
        order(desk, quantity=2)

    assert {"free": 10, "asked": 20} == refused.value.detail
    assert (10, 0) == stock(desk)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"member": "nobody"}, refusals.UnknownMember),
        ({"reward": "gold"}, NotFound),
        ({"quantity": 0}, Invalid),
        ({"quantity": -1}, Invalid),
        ({"quantity": 10**9}, Invalid),
        ({"quantity": 11}, refusals.OutOfStock),
        ({"quantity": 1.5}, Invalid),
    ],
    ids=str,
)
def test_a_wrong_order_is_refused_with_its_own_problem(desk, change, error):
    """Unknown member or reward, no and huge amounts."""
    desk.earn()
    with pytest.raises(error):
        order(desk, **{"member": "m-1", **change})

    assert (10, 0) == stock(desk)


def test_a_blocked_member_earns_but_orders_nothing(desk):
    """漯河: blocked while under investigation."""
    desk.call("put_member", {"member": "m-1", "state": "blocked", "reason": "接受调查"})
    desk.earn()
    with pytest.raises(refusals.Blocked):
        order(desk)

    assert 20 == desk.balance()["free"]


def test_orders_are_limited_by_month_and_by_reward(desk):
    """Also within one batch."""
    desk.call("put_reward", {"code": "rice", "per_member": 2})
    for day in ("2026-03-01", "2026-02-27", "2026-02-26"):
        desk.earn(day=day)
    jobs = [desk.job("post_order", {"member": "m-1", "reward": "rice"}) for _ in range(3)]
    results = run_together(desk.database, jobs)

    assert [None, None, refusals.LimitReached] == [
        type(results[job].error) if results[job].error else None for job in jobs
    ]


def test_a_reward_is_on_offer_on_its_days(desk):
    """Not before, not after."""
    desk.earn()
    desk.call("put_reward", {"code": "rice", "valid_from": "2026-03-02"})
    with pytest.raises(refusals.NotOnOffer):
        order(desk)
    desk.call("put_reward", {"code": "rice", "valid_from": "2026-02-01", "valid_to": "2026-02-28"})
    with pytest.raises(refusals.NotOnOffer):
        order(desk)


def test_stock_is_counted_and_never_below_what_is_ordered(desk):
    """The difference is a row with a reason."""
    desk.earn()
    order(desk)
    with pytest.raises(refusals.OutOfStock):
        desk.call("move_stock", {"reason": "written-off", "quantity": 10}, path={"reward": "rice"})
    desk.call("move_stock", {"reason": "counted", "quantity": 8, "note": "盘点"}, path={"reward": "rice"})

    assert (8, 1) == stock(desk)
    with desk.database.read() as unit:
        moves = unit.connection.exec_driver_sql("select quantity, reason from stock_moves order by id").all()
    assert [(10, "received"), (-2, "counted")] == [tuple(row) for row in moves]


def test_the_list_at_the_point_has_numbers_names_and_no_codes(desk):
    """What is printed and ticked off."""
    desk.earn()
    code = order(desk)["code"]
    (line,) = desk.read("list_pickups", point="社区服务站")["waiting"]

    assert (1, "党员m-1", "大米 5kg", 1) == tuple(
        line[name] for name in ("number", "name", "reward", "quantity")
    )
    assert code not in str(line)
    assert [] == desk.read("list_pickups", point="街道")["waiting"]


def test_a_reversal_after_spending_leaves_a_visible_debt_and_no_lost_good(desk):
    """D10: the rice stays with the member, the debt with the member's account."""
    award = desk.earn()
    fetch(desk, order(desk, quantity=2)["code"])
    desk.call("reverse", {"reason": "活动未参加"}, path={"transfer": award["id"]})

    assert -20 == desk.read("show_member", path={"member": "m-1"})["tenths"]
    assert (0, 20, (8, 0)) == (desk.balance()["free"], desk.balance()["debt"], stock(desk))


def at_once(works):
    """Run all at the same moment; what each answered or raised."""
    start, results = threading.Barrier(len(works)), dict[int, object].fromkeys(range(len(works)))

    def run(place, work):
        start.wait()
        try:
            results[place] = work()
        except Exception as error:  # noqa: BLE001
            results[place] = error

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return list(results.values())


def until_told(work):
    """As a caller does: what the database was too busy for is asked again."""

    def run():
        while True:
            try:
                return work()
            except Exception as error:
                if getattr(error, "status", 0) != 503 and getattr(error, "code", "") != "stale-version":
                    raise

    return run


def test_a_hundred_orders_at_once_for_the_last_ten_give_ten(desk):
    """Ten callers with ten orders each (D10); the others are told that nothing is left, and no points are lost."""
    members = [f"v-{number}" for number in range(100)]
    desk.enrol(*members)
    for member in members:
        desk.earn(member, points=1)
    groups = [members[start : start + 10] for start in range(0, 100, 10)]

    def caller(group):
        def run():
            results = []
            for member in group:
                try:
                    results.append(until_told(lambda member=member: order(desk, member))()["order"]["state"])
                except refusals.OutOfStock:
                    results.append("out")
            return results

        return run

    results = at_once([caller(group) for group in groups])

    told = [state for result in results for state in result]
    assert (10, 90) == (told.count("held"), told.count("out"))
    assert (10, 10) == stock(desk)


def test_everything_reversed_twice_at_once_is_reversed_once(desk):
    """Two callers reverse every award at the same moment: exactly one succeeds for each."""
    awards = [desk.earn(day=day)["id"] for day in ("2026-03-01", "2026-02-27", "2026-02-26", "2026-02-25")]

    def caller():
        done = 0
        for award in awards:
            try:
                until_told(
                    lambda award=award: desk.call("reverse", {"reason": "x"}, path={"transfer": award})
                )()
                done += 1
            except refusals.AlreadyReversed:
                pass
        return done

    assert len(awards) == sum(at_once([caller, caller]))
    assert 0 == desk.balance()["free"]
