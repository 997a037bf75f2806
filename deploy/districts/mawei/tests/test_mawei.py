"""
Mawei: what every pack owes, the numbers of Maxian community, and the five handling classes (S1-10).
"""

# ruff: noqa: INP001 - the tests of a pack are no package: only whistle_* is installed
from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from whistle.contracts.plugin import HANDLING_CLASSES
from whistle.plugins.conformance import PackConformance
from whistle.plugins.terms import terms_for

KINDS_S0_18 = {"property", "water", "electricity", "heating", "gas", "contractor"}


class TestMawei(PackConformance):
    """The inherited suite, and Mawei's own."""

    folder = Path(__file__).parents[1]
    samples = (
        ("举报社区工作人员收钱不办事", "举报社区工作人员收钱不办事,要求查处。"),
        ("单元门禁坏了", "三号楼单元门禁坏了,请物业维修。"),
        ("物业不作为业委会换届困难", "物业拒不移交,小区失管,业主大会开不起来。"),
    )
    expected: ClassVar[Mapping[str, str]] = {
        "举报社区工作人员收钱不办事": "discipline-office",
        "三号楼路灯不亮": "urban-management",
        "楼下烧烤店油烟扰民": "urban-management",
        "小区停水两天": "water-company",
        "燃气泄漏": "gas-company",
        "拖欠农民工工资": "human-resources",
        "单元门禁坏了": "maxian-property",
        "物业不作为业委会换届困难": "housing-bureau",
    }

    def test_nine_grids(self) -> None:
        """S1-1: nine grids below one community, in one tree."""
        grids = [node for node in self.pack.tables.grid if node.kind == "grid"]
        assert len(grids) == 9
        assert {"maxian"} == {node.parent for node in grids}

    def test_responder_kinds(self) -> None:
        """S0-18: property, water, electricity, heating, gas and renovation contractors can all be given work."""
        assert {party.kind for party in self.pack.tables.parties} >= KINDS_S0_18

    @pytest.mark.parametrize(
        ("title", "text", "handling_class"),
        [
            ("单元门禁坏了", "三号楼单元门禁坏了,请物业维修。", "immediate"),
            ("自来水水压太低", "六楼水压太低,洗澡都困难。", "commitment"),
            ("小区加装电梯", "老旧小区加装电梯,业主已签字。", "commitment"),
            ("建议增设公交站", "建议在小区门口增设一个公交站。", "suggestion"),
            ("住房补贴", "通知说我的材料不全,不知道补什么。", "supplement"),
            ("违章建筑没人管", "隔壁楼顶加建,影响采光。", "report_up"),
        ],
    )
    def test_five_handling_classes(self, title: str, text: str, handling_class: str) -> None:
        """S1-10: nature first, then powers, then difficulty; each class has its own deadline."""
        (decision,) = self._decided(self._ask([self._case(title, text)]))
        assert handling_class == decision.classification.handling_class
        kind = decision.classification
        terms = terms_for(
            self.pack.tables.classes, kind.handling_class, kind.level, kind="handle", on=dt.date(2026, 11, 22)
        )
        assert terms is not None
        assert terms.spans["handle"].unit == "working_days"
        assert decision.handle_hours is None or kind.level != "daily"

    def test_each_class_has_a_deadline_of_its_own(self) -> None:
        """S1-10: five classes, each with one time to handle; only what waits for papers may be paused."""
        rows = {row.handling: row for row in self.pack.tables.classes}
        assert [rows[one].spans["handle"].amount for one in HANDLING_CLASSES] == [1, 3, 5, 15, 10]
        assert {"supplement"} == {one for one, row in rows.items() if row.pause}

    def test_joint_case_is_a_whistle(self) -> None:
        """Smoke from a restaurant needs urban management, market regulation and environment together."""
        (decision,) = self._decided(self._ask([self._case("楼下饭店油烟扰民", "油烟直排,居民无法开窗。")]))
        assert (
            decision.lead,
            decision.co_handlers,
            decision.whistle_class,
        ) == ("urban-management", ("market-bureau", "environment-bureau"), "daily")

    def test_urgent_case_is_short(self) -> None:
        """A gas leak calls the fire brigade and leaves two hours."""
        (decision,) = self._decided(self._ask([self._case("燃气泄漏", "楼道里闻到煤气味。")]))
        assert "fire-brigade" in decision.co_handlers
        assert (decision.whistle_class, decision.handle_hours) == ("urgent", 2)
