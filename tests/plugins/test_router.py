"""
A case is always decided: by the plugin, by the tables, or by the duty desk; and nobody else waits for a bad plugin.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest

from tests.plugins.packs import a_case, facts_of
from whistle.clock import SetClock
from whistle.contracts.plugin import Trigger
from whistle.errors import Misconfigured
from whistle.plugins.desk import Limits, Outcome, Request, Router
from whistle.plugins.loader import Pack, load_packs

MakeRouter = Callable[..., Router]


def ask(router: Router, *cases: tuple[str, str], text: str = "今天停水了") -> list[Outcome]:
    """One request per (district, title), all in one call."""
    found = load_packs()
    return router.decide(
        [
            Request(case=a_case(district, title, text), facts=facts_of(found[district]))
            for district, title in cases
        ]
    )


def test_good_plugin_decides(routed: MakeRouter) -> None:
    """A plugin that works is the source of the decision, and nothing failed."""
    (outcome,) = ask(routed("qi"), ("qi", "好"))
    assert ("plugin", None, "water") == (
        outcome.source,
        outcome.failure,
        outcome.decision and outcome.decision.lead,
    )


@pytest.mark.parametrize(
    "title",
    [
        "raise",
        "_exit",
        "wait",
        "memory",
        "segfault",
        "stranger",
        "none",
        "types",
        "huge",
        "chatter",
    ],
)
def test_bad_plugin_falls_back_in_time(routed: MakeRouter, title: str) -> None:
    """Whatever the plugin does, the tables decide within the budget, and the outcome says why."""
    router = routed("qi", limits=Limits(call=1.0))
    router.start()
    began = time.monotonic()
    (outcome,) = ask(router, ("qi", title))
    took = time.monotonic() - began
    assert "water" == (outcome.decision and outcome.decision.lead)
    assert "fallback" == outcome.source
    assert 10 < len(outcome.failure or "") <= 400
    assert took < 3.0


def test_without_a_rule_the_duty_desk_takes_it(routed: MakeRouter) -> None:
    """When the plugin fails and no rule speaks, the duty desk gets the case."""
    (outcome,) = ask(routed("qi"), ("qi", "raise"), text="不知道找谁")
    assert ("duty-desk", "desk") == (outcome.source, outcome.decision and outcome.decision.lead)


def test_escalation_falls_back_too(routed: MakeRouter) -> None:
    """An escalation that the plugin cannot decide is escalated by the tables."""
    router = routed("qi")
    facts = facts_of(load_packs(["qi"])["qi"])
    (outcome,) = router.decide(
        [Request(case=a_case("qi", "raise"), facts=facts, trigger=Trigger(kind="overdue"))]
    )
    assert "fallback" == outcome.source
    assert ("street",) == (outcome.decision and outcome.decision.co_handlers)


def test_other_districts_do_not_wait(routed: MakeRouter) -> None:
    """While one district's plugin hangs, another's answers at once."""
    router = routed("qi", "ba", limits=Limits(call=5.0))
    router.start()
    outcomes: list[Outcome] = []
    hanging = threading.Thread(target=lambda: outcomes.extend(ask(router, ("qi", "wait"))))
    hanging.start()
    (other,) = ask(router, ("ba", "好"))
    assert ("plugin", True) == (other.source, hanging.is_alive())
    hanging.join()
    assert ["fallback"] == [outcome.source for outcome in outcomes]


def test_mixed_batch_keeps_its_order(routed: MakeRouter) -> None:
    """Cases of several districts in one call come back in order, each from its own plugin."""
    outcomes = ask(routed("qi", "ba"), ("qi", "好"), ("ba", "raise"), ("qi", "raise"), ("ba", "好"))
    assert ["whistle-district-qi", "whistle-district-ba", "whistle-district-qi", "whistle-district-ba"] == [
        outcome.plugin for outcome in outcomes
    ]
    assert ["plugin", "fallback", "fallback", "plugin"] == [outcome.source for outcome in outcomes]


def test_breaker_opens_and_is_reset(routed: MakeRouter) -> None:
    """Three failures in a row turn the plugin off; it is not even asked, until somebody resets it."""
    router = routed("qi")
    ask(router, *[("qi", "raise")] * 3)
    (row,) = router.describe()
    assert "open" == row["breaker"]["state"]
    (outcome,) = ask(router, ("qi", "好"))
    assert ("fallback", False) == (outcome.source, outcome.asked)
    assert "坏了" in (outcome.failure or "")
    router.reset("qi")
    (outcome,) = ask(router, ("qi", "好"))
    assert ("plugin", True) == (outcome.source, outcome.asked)


def test_good_answers_keep_the_breaker_closed(routed: MakeRouter) -> None:
    """Failures that are not in a row do not add up."""
    router = routed("qi")
    ask(router, *[("qi", "raise"), ("qi", "raise"), ("qi", "好")] * 3)
    assert ["closed"] == [row["breaker"]["state"] for row in router.describe()]


def test_cool_down_lets_one_through(routed: MakeRouter, clock: SetClock) -> None:
    """After the cool-down one case is tried: it closes the breaker, or starts the cool-down anew."""
    router = routed("qi", cool_down=dt.timedelta(minutes=5))
    ask(router, *[("qi", "raise")] * 3)
    clock.advance(dt.timedelta(minutes=6))
    outcomes = ask(router, ("qi", "raise"), ("qi", "好"))
    assert [True, False] == [outcome.asked for outcome in outcomes]
    clock.advance(dt.timedelta(minutes=4))
    assert [False] == [outcome.asked for outcome in ask(router, ("qi", "好"))]
    clock.advance(dt.timedelta(minutes=2))
    assert [True, True] == [outcome.asked for outcome in ask(router, ("qi", "好"), ("qi", "好"))]
    assert ["closed"] == [row["breaker"]["state"] for row in router.describe()]


def test_unknown_district_is_a_misconfiguration(routed: MakeRouter, install: Callable[..., Pack]) -> None:
    """A case of a district that has no pack here cannot be decided, and the error names both."""
    router = routed("qi")
    install("ba")
    with pytest.raises(Misconfigured) as caught:
        ask(router, ("ba", "好"))
    assert "ba" in str(caught.value)
    assert "qi" in str(caught.value)


def test_bad_packs_stop_the_start(install: Callable[..., Pack], clock: SetClock) -> None:
    """All packs that cannot be used are named at once, and no process is left running."""
    found = {
        "qi": install("qi", body="    api = 99\n"),
        "ba": install("ba", body="    raise RuntimeError('x')\n"),
        "jiu": install("jiu"),
    }
    router = Router(found, clock=clock)
    with pytest.raises(Misconfigured) as caught:
        router.start()
    assert "whistle_qi" in str(caught.value)
    assert "whistle_ba" in str(caught.value)
    assert [None] * 3 == [row["pid"] for row in router.describe()]


def test_broken_tables_code_still_reaches_the_duty_desk(
    routed: MakeRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when the fallback itself raises, the duty desk has the case."""
    router = routed("qi")
    monkeypatch.setattr("whistle.plugins.interface.rules.decide", lambda *_args, **_more: 1 / 0)
    (outcome,) = ask(router, ("qi", "raise"))
    assert ("duty-desk", "desk") == (outcome.source, outcome.decision and outcome.decision.lead)
