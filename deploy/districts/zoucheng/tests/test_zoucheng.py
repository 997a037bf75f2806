"""
Zoucheng: what every pack owes, and who leads for the samples that every pack is asked.
"""

# ruff: noqa: INP001 - the tests of a pack are no package: only whistle_* is installed
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from whistle.plugins.conformance import PackConformance


class TestZoucheng(PackConformance):
    """The inherited suite."""

    folder = Path(__file__).parents[1]
    expected: ClassVar[Mapping[str, str]] = {
        "三号楼路灯不亮": "urban-management",
        "小区停水两天": "water-company",
        "燃气泄漏": "gas-company",
        "拖欠农民工工资": "human-resources",
    }
