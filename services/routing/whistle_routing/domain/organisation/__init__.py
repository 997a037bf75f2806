"""
The organisation as of any date: one tree, its people, and changes that leave the past as it was (S0-4, S1-1…4, S4-1…3, D9).
"""

from whistle_routing.domain.organisation.changes import (
    close_node,
    merge,
    move,
    open_node,
    rename,
    split,
)
from whistle_routing.domain.organisation.checking import Finding, examine
from whistle_routing.domain.organisation.coverage import Uncovered, coverage
from whistle_routing.domain.organisation.people import (
    Vacant,
    appoint,
    check_rosters,
    find_people,
    on_duty,
    release,
    seats,
)
from whistle_routing.domain.organisation.reporting import Dormant, Line, count_cases, dormant, spans
from whistle_routing.domain.organisation.shaping import Change, Part, Refusal, Sort
from whistle_routing.domain.organisation.tree import Tree, holds, tree_at, turning_days, versions

__all__ = [
    "Change",
    "Dormant",
    "Finding",
    "Line",
    "Part",
    "Refusal",
    "Sort",
    "Tree",
    "Uncovered",
    "Vacant",
    "appoint",
    "check_rosters",
    "close_node",
    "count_cases",
    "coverage",
    "dormant",
    "examine",
    "find_people",
    "holds",
    "merge",
    "move",
    "on_duty",
    "open_node",
    "release",
    "rename",
    "seats",
    "spans",
    "split",
    "tree_at",
    "turning_days",
    "versions",
]
