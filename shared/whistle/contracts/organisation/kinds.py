"""
What may stand in the organisation's tree, and under what (domain §7; S0-4, S3-11, S4-1, S4-3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Kind:
    """
    One kind of node.

    Args:
        words: what a table may call it; the first is what we write.
        under: kinds of node that it may hang under; empty: only the root may be of this kind.
        digits: length of its official code (GB/T 2260 and the grid code of the digital city: 6 county, 3 street, 3 community,
            3 sequence); 0: it has none.
        light: is it part of what a plugin is given (``Facts.grid``)?
    """

    code: str
    words: tuple[str, ...]
    under: tuple[str, ...]
    digits: int = 0
    light: bool = True

    @property
    def zh(self) -> str:
        return self.words[0]


_ABOVE_GRID = ("compound", "area", "community", "street", "district")
_GRIDS = ("micro-grid", "grid", "dedicated-grid")

_ALL = (
    Kind(code="city", words=("市", "地级市"), under=(), digits=6),
    Kind(code="district", words=("区县", "区", "县", "县级市", "旗"), under=("city",), digits=6),
    Kind(code="street", words=("街道", "镇", "乡", "镇街"), under=("district", "city"), digits=9),
    Kind(code="community", words=("社区", "村", "居委会", "村委会"), under=("street", "district"), digits=12),
    Kind(code="area", words=("片区",), under=("community", "street", "district", "dedicated-grid")),
    Kind(code="compound", words=("小区", "院落"), under=("community", "area", "grid", "street", "district")),
    Kind(code="grid", words=("网格", "社区网格"), under=_ABOVE_GRID, digits=15),
    Kind(code="dedicated-grid", words=("专属网格", "专业网格"), under=_ABOVE_GRID, digits=15),
    Kind(code="micro-grid", words=("微网格",), under=("grid", "dedicated-grid")),
    Kind(code="building", words=("楼栋", "楼"), under=(*_GRIDS, *_ABOVE_GRID), light=False),
    Kind(code="unit", words=("单元",), under=("building",), light=False),
    Kind(code="merchant", words=("商户",), under=(*_GRIDS, "area", "building"), light=False),
    Kind(
        code="street-party-committee",
        words=("街道党工委", "镇党委"),
        under=("street", "district"),
        light=False,
    ),
    Kind(
        code="community-party-committee", words=("社区党委", "社区党总支"), under=("community",), light=False
    ),
    Kind(code="party-branch", words=("小区网格党支部", "党支部"), under=(*_GRIDS, *_ABOVE_GRID), light=False),
    Kind(
        code="party-group",
        words=("楼栋党小组", "党小组"),
        under=("party-branch", "building", *_GRIDS, "compound"),
        light=False,
    ),
    Kind(
        code="member-household", words=("党员中心户",), under=("party-group", "building", "unit"), light=False
    ),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.code: kind for kind in _ALL})
"""All kinds of node, highest first."""

GRIDS = frozenset({"grid", "dedicated-grid"})
"""A building or merchant lies in exactly one of these (S1-1, S4-3)."""

PARTY_LEVELS = (
    "street-party-committee",
    "community-party-committee",
    "party-branch",
    "party-group",
    "member-household",
)
"""The five levels of S4-1, highest first."""
