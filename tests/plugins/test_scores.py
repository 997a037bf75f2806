"""The hook that says what a deed is worth: asked in the pack's process, checked, and a bad answer costs only itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from tests.plugins.packs import a_case, facts_of
from whistle.contracts.plugin import Deed
from whistle.plugins.host.parent import Limits, PluginHost, Request

MakeHost = Callable[..., PluginHost]
DEED = Deed(
    kind="activity",
    district="qi",
    item="volunteer",
    tenths=20,
    day=dt.date(2026, 7, 1),
    activity="volunteer-day",
    minutes=120,
)
ANSWERS = """
    def score(self, deed):
        if deed.item == "hangs":
            while True:
                pass
        if deed.item == "raises":
            raise RuntimeError("no")
        return {"negative": -1, "huge": 10**9, "half": 1.5, "text": "20", "yes": True}.get(
            deed.item, deed.tenths + deed.minutes + deed.day.month
        )
"""


def test_a_pack_without_the_hook_gives_what_the_scheme_gives(hosted: MakeHost) -> None:
    """The same process decides cases too."""
    host = hosted("qi")
    (outcome,) = host.score([DEED])
    (decided,) = host.decide([Request(case=a_case("qi"), facts=facts_of(host.pack))])
    assert (20, None, "1.2.3") == (outcome.tenths, outcome.failure, outcome.version)
    assert decided.decision is not None
    assert 1 == host.describe()["starts"]


def test_bad_answers_cost_only_themselves(hosted: MakeHost) -> None:
    """An exception, numbers that are none, too small or too large; those around them are scored."""
    host = hosted("qi", body=ANSWERS)
    names = ["good", "raises", "negative", "huge", "half", "text", "yes", "good"]
    outcomes = host.score([replace(DEED, item=name) for name in names])
    assert [147, None, None, None, None, None, None, 147] == [outcome.tenths for outcome in outcomes]
    assert 6 == sum(outcome.failure is not None for outcome in outcomes)
    assert 1 == host.describe()["starts"]


def test_a_hook_that_hangs_is_ended(hosted: MakeHost) -> None:
    """The deeds behind it are scored by a fresh process."""
    host = hosted("qi", body=ANSWERS, limits=Limits(call=0.5))
    outcomes = host.score([replace(DEED, item=name) for name in ("hangs", "good")])
    assert [None, 147] == [outcome.tenths for outcome in outcomes]
    assert 2 == host.describe()["starts"]
