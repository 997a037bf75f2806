"""What residents of the scenario ask, and who must then act by the district's rules."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Any

from whistle.contracts import DispatchSent, Return
from whistle.simulation.service import plan

DISTRICT = "mawei"
PARTIES = ("water-company", "environment-bureau", "urban-management", "housing-bureau", "drainage-office")
"""All parties with a queue that the cases here reach."""
_COUNT = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A kind of request: the lead and the co-handlers that the pack's rules call."""

    title: str
    text: str
    lead: str
    co: tuple[str, ...] = ()

    def body(self, *, returned: bool = False, **more: Any) -> dict[str, Any]:
        """
        The body of ``POST /api/v1/cases``; ``returned`` chooses a title with which the lead sends the work back.

        What a party does follows from the title and its name, on both ways to run.
        """
        titles = (f"幸福里{number}号院{self.title}" for number in _COUNT)
        title = next(title for title in titles if self._is_returned(title) == returned)
        return {
            "district": DISTRICT,
            "title": title,
            "text": f"{title},{self.text}",
            "door": "hotline",
            **more,
        }

    def _is_returned(self, title: str) -> bool:
        example = DispatchSent.from_wire(DispatchSent.example)
        sent = dataclasses.replace(example, title=title, party=self.lead, whistle="-" if self.co else None)
        return isinstance(next(plan(sent))[0], Return)


WATER = Problem(
    title="自来水发黄", text="这两天家里自来水发黄有异味,没有通知,孩子不敢喝。", lead="water-company"
)
DOOR = Problem(title="单元门坏了", text="楼下的单元门关不上,坏了一个月没人修。", lead="maxian-property")
"""Whoever leads here works on the platform's pages: nobody acts by itself."""
NOISE = Problem(
    title="夜间施工噪音",
    text="小区旁的工地夜里十二点还在施工,噪音很大,影响休息。",
    lead="urban-management",
    co=("housing-bureau",),
)
GATE = Problem(title="单元门禁坏了", text="门禁坏了,谁都能进,住户不放心。", lead="maxian-property")
"""Led by a party that works on the platform's pages: nobody acts but the test."""
LIFT = Problem(title="电梯坏了", text="电梯坏了半个月,老人下不了楼。", lead="hongyan-property")
"""Of Gaochang: led by a property company that works on the platform's pages."""
