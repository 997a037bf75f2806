"""
The suite that every district's pack inherits::

    class TestMawei(PackConformance):
        folder = Path(__file__).parents[1]

It runs under pytest and, where that is not installed, by ``whistle plugin test``. Each test asks the pack in its real process.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from whistle.contracts.plugin import TRIGGER_KINDS, Case, Decision, Deed, Facts, History, Trigger
from whistle.plugins.host.parent import Limits, Outcome, PluginHost, Request
from whistle.plugins.loader import Pack, load_packs, pack_in

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)

SAMPLES = (
    ("三号楼路灯不亮", "三号楼前的路灯三天不亮了,老人晚上出门不方便。"),
    ("楼下烧烤店油烟扰民", "烧烤店每晚营业到凌晨,油烟直接进屋,居民无法休息。"),
    ("小区停水两天", "从昨天起停水,物业说是水管爆管,请尽快修复。"),
    ("电表老化经常停电", "线路老化,电表需要更换,物业公司已经退出。"),
    ("燃气泄漏", "楼道里闻到煤气味,很担心。"),
    ("拖欠农民工工资", "在工地做了三个月,包工头拖欠工资。"),
    ("建议增设公交站", "建议在小区门口增设一个公交站。"),
    ("违章建筑没人管", "隔壁楼顶加建,投诉多次没有回音。"),
)
"""Texts that any city's residents write; a pack may add its own in ``samples``."""

DEEDS: Sequence[tuple[Any, str, dict[str, Any]]] = (
    ("case", "case-closed", {"outcome": "resolved", "rating": "satisfied"}),
    ("case", "case-closed", {"outcome": "explained"}),
    ("activity", "volunteer", {"activity": "volunteer-day", "minutes": 120}),
    ("activity", "flood-duty", {"activity": "flood-duty", "minutes": 0}),
)
"""What earns points by itself: kind, item, facts."""

HOSTILE = (
    ("", ""),
    ("?", "。"),
    ("x" * 300, "停水" * 20_000),
    ("<script>alert(1)</script>", "'; DROP TABLE cases; --"),
    ("\x00\u202e\ud7ff", "😀" * 500),
)
"""Texts that somebody sends sooner or later."""


class PackConformance:
    """
    What every pack owes the platform. Set ``folder`` (the one with pyproject.toml) or ``district`` (an installed pack).

    ``samples`` are further (title, text) pairs of the district's own; ``expected`` says who leads for a title among all samples.
    """

    folder: ClassVar[Path | None] = None
    district: ClassVar[str] = ""
    samples: ClassVar[Sequence[tuple[str, str]]] = ()
    expected: ClassVar[Mapping[str, str]] = {}
    limits: ClassVar[Limits] = Limits()

    pack: Pack
    host: PluginHost

    @classmethod
    def setup_class(cls) -> None:
        """Load the pack the way the platform does and start its process."""
        cls.pack = pack_in(cls.folder) if cls.folder is not None else load_packs([cls.district])[cls.district]
        cls.host = PluginHost(cls.pack, limits=cls.limits)
        cls.host.start()

    @classmethod
    def teardown_class(cls) -> None:
        """End the process."""
        cls.host.stop()

    def test_every_sample_is_decided(self) -> None:
        """Each sample gets a decision from the plugin itself, with reasons."""
        outcomes = self._ask([self._case(*sample) for sample in (*SAMPLES, *self.samples)])
        assert [outcome.failure for outcome in outcomes if outcome.failure] == []
        assert all(decision.reasons for decision in self._decided(outcomes))

    def test_hostile_texts_are_decided(self) -> None:
        """Empty, endless, binary and malicious texts get a decision too."""
        outcomes = self._ask([self._case(*sample) for sample in HOSTILE])
        assert [outcome.failure for outcome in outcomes if outcome.failure] == []

    def test_decisions_are_pure(self) -> None:
        """The same cases in another order and in another process get the same decisions."""
        cases = [self._case(*sample) for sample in (*SAMPLES, *self.samples)]
        first = self._decided(self._ask(cases))
        self.host.stop()
        again = self._decided(self._ask(cases[::-1]))[::-1]
        assert first == again

    def test_every_trigger_is_answered(self) -> None:
        """Overdue, returned, out of powers and dissatisfied each lead to a decision."""
        routed = self._decided(self._ask([self._case(*sample) for sample in SAMPLES]))
        for kind in TRIGGER_KINDS:
            requests = [
                self._request(
                    self._case(*sample), History(lead=decision.lead), Trigger(kind=kind, detail="依据第三条")
                )
                for sample, decision in zip(SAMPLES, routed, strict=True)
            ]
            outcomes = self.host.decide(requests)
            assert [outcome.failure for outcome in outcomes if outcome.failure] == [], kind

    def test_returned_case_moves_on(self) -> None:
        """A party that gave a case back does not lead it again, unless it is the duty desk."""
        for sample in SAMPLES:
            case = self._case(*sample)
            (first,) = self._decided(self._ask([case]))
            past = History(lead=first.lead, returned_by=(first.lead,))
            (next_,) = self._decided(self.host.decide([self._request(case, past, Trigger(kind="returned"))]))
            assert next_.lead != first.lead or next_.lead == self.pack.tables.duty_desk, sample

    def test_missing_parties_are_survived(self) -> None:
        """When only the duty desk is there, it gets every case."""
        desk = tuple(party for party in self.pack.tables.parties if party.id == self.pack.tables.duty_desk)
        facts = dataclasses.replace(self._facts(), parties=desk)
        outcomes = self.host.decide([Request(case=self._case(*sample), facts=facts) for sample in SAMPLES])
        assert [outcome.failure for outcome in outcomes if outcome.failure] == []

    def test_decided_class_stays(self) -> None:
        """What a person decided about the handling class (S1-10) and the category is not overruled."""
        case = dataclasses.replace(self._case(*SAMPLES[0]), handling_class="supplement", category="测试/类别")
        (decision,) = self._decided(self._ask([case]))
        assert (
            decision.classification.handling_class,
            decision.classification.category,
        ) == ("supplement", "测试/类别")

    def test_expected_leads(self) -> None:
        """The leads that the pack's own tests name."""
        samples = (*SAMPLES, *self.samples)
        decisions = self._decided(self._ask([self._case(*sample) for sample in samples]))
        leads = {title: decision.lead for (title, _text), decision in zip(samples, decisions, strict=True)}
        assert dict(self.expected) == {title: leads[title] for title in self.expected}

    def test_deeds_are_scored(self) -> None:
        """Each deed is worth a whole number of tenths, the same whenever it is asked, and at most ten times its item."""
        deeds = [
            Deed(kind=kind, district=self.pack.district, item=item, tenths=tenths, day=day, **facts)
            for kind, item, facts in DEEDS
            for tenths in (0, 5, 20)
            for day in (NOW.date(), dt.date(2026, 7, 1))
        ]
        first = self.host.score(deeds)
        self.host.stop()
        again = self.host.score(deeds[::-1])[::-1]
        assert [outcome.failure for outcome in first if outcome.failure] == []
        assert [outcome.tenths for outcome in first] == [outcome.tenths for outcome in again]
        said = zip(deeds, first, strict=True)
        assert [(deed, one.tenths) for deed, one in said if (one.tenths or 0) > 10 * deed.tenths] == []

    def _facts(self) -> Facts:
        tables = self.pack.tables
        return Facts(now=NOW, district=self.pack.district, parties=tables.parties, grid=tables.grid)

    def _case(self, title: str, text: str) -> Case:
        return Case(no="26-00421-7", district=self.pack.district, title=title, text=text, filed_at=NOW)

    def _request(self, case: Case, history: History, trigger: Trigger) -> Request:
        return Request(case=case, facts=dataclasses.replace(self._facts(), history=history), trigger=trigger)

    def _ask(self, cases: Sequence[Case]) -> list[Outcome]:
        facts = self._facts()
        return self.host.decide([Request(case=case, facts=facts) for case in cases])

    def _decided(self, outcomes: Sequence[Outcome]) -> list[Decision]:
        failures = [outcome.failure for outcome in outcomes if outcome.decision is None]
        assert failures == []
        return [outcome.decision for outcome in outcomes if outcome.decision is not None]


def run(suite: type[PackConformance]) -> list[tuple[str, str]]:
    """
    Run a suite without pytest.

    Returns (test, what went wrong) for each test, the second empty when it passed.
    """
    suite.setup_class()
    try:
        found = []
        for name in sorted(name for name in dir(suite) if name.startswith("test_")):
            try:
                getattr(suite(), name)()
            except Exception as error:  # noqa: BLE001 - a test that ends by any exception failed
                found.append((name, " ".join(f"{type(error).__name__}: {error}".split())[:500]))
            else:
                found.append((name, ""))
        return found
    finally:
        suite.teardown_class()
