"""
Gaochang: what every pack owes, and the path of what takes long (S3-10).
"""

# ruff: noqa: INP001 - the tests of a pack are no package: only whistle_* is installed
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from whistle.contracts.timing import Span
from whistle.plugins import History, Trigger
from whistle.plugins.conformance import PackConformance
from whistle.plugins.whistle_terms import whistle_terms


class TestGaochang(PackConformance):
    """The inherited suite, and Gaochang's own."""

    folder = Path(__file__).parents[1]
    samples = (
        ("举报社区工作人员收钱不办事", "举报社区工作人员收钱不办事,要求查处。"),
        ("鸿雁小区物业退出", "物业退出后没有物业,电表老化。"),
        ("想跳广场舞没有场地", "附近没有场地。"),
    )
    expected: ClassVar[Mapping[str, str]] = {
        "举报社区工作人员收钱不办事": "discipline-office",
        "小区停水两天": "water-company",
        "电表老化经常停电": "electricity-bureau",
        "鸿雁小区物业退出": "laochenglu-street",
    }

    def test_dedicated_grid(self) -> None:
        """S3-11: a dedicated grid of merchants stands in the tree, with an area below it."""
        kinds = {node.code: (node.kind, node.parent) for node in self.pack.tables.grid}
        assert kinds["dahua"] == ("dedicated-grid", "chunshulu")
        assert kinds["dahua-dry-fruit"] == ("area", "dahua")

    def test_path_of_a_long_case(self) -> None:
        """S3-10: registered, reported to the street's committee, then the grid whistles; each step stands in the reasons."""
        case = self._case("电表老化经常停电", "线路老化,电表需要更换。")
        trigger = Trigger(kind="out_of_powers", detail="需更换全部电表")
        (first,) = self._decided(
            self.host.decide([self._request(case, History(lead="electricity-bureau"), trigger)])
        )
        assert (first.lead, first.co_handlers) == ("laochenglu-street", ())
        assert [reason.rule for reason in first.reasons[:2]] == ["S3-10 登记入册", "S3-10 上报街道党工委研讨"]
        (second,) = self._decided(
            self.host.decide([self._request(case, History(lead="laochenglu-street"), trigger)])
        )
        assert [reason.rule for reason in second.reasons[:2]] == ["S3-10 登记入册", "S3-10 网格吹哨"]
        assert (second.lead, second.whistle_class) == ("laochenglu-street", "major")
        assert "electricity-bureau" in second.co_handlers

    def test_who_blows_which_whistle(self) -> None:
        """S3-10, S3-12: the grid blows; a major whistle only with the street's approval; the urgent are on site in 30 minutes."""
        day = dt.date(2026, 11, 22)
        daily, major, urgent = (
            whistle_terms(self.pack.tables.whistles, name, day) for name in ("daily", "major", "urgent")
        )
        assert [daily.lets_blow("worker"), major.lets_blow("worker"), urgent.lets_blow("worker")] == [
            True
        ] * 3
        asked = [terms.asks_first("worker") for terms in (daily, major, urgent)]
        assert (asked, major.approval, major.lets_approve("community")) == (
            [False, True, False],
            "street",
            False,
        )
        assert urgent.spans["arrive"] == Span(30 * 60, "seconds")
        assert (major.acceptance, urgent.proof) == (True, True)

    def test_nearest_property_company(self) -> None:
        """A case from the dedicated grid goes to that mall's property company, one from nowhere to the district's."""
        here = replace(self._case("物业保洁不到位", "商城过道没人打扫。"), grid="dahua-dry-fruit")
        nowhere = self._case("物业保洁不到位", "没人打扫。")
        decisions = self._decided(self._ask([here, nowhere]))
        assert [decision.lead for decision in decisions] == ["dahua-property", "property-office"]
