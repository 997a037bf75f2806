"""Whatever is split, merged and moved, in any order: every building lies in one grid on every day, and the past stays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.routing.organisation.made import NODES, organisation
from whistle_routing.domain import organisation as rules
from whistle_routing.domain.organisation import Part, Refusal, coverage, examine, tree_at, turning_days

FIRST = dt.date(2026, 1, 1)
DAYS = st.integers(1, 200).map(lambda number: FIRST + dt.timedelta(days=number))
STEPS = st.lists(
    st.tuples(st.sampled_from(["split", "merge", "move"]), DAYS, st.integers(0, 10**6)), max_size=12
)


def change(made, sort, day, pick, number):
    """One change somewhere, as ``pick`` chooses; None where it is not allowed."""
    tree = tree_at(made, day)
    grids = sorted(node.code for node in tree.nodes.values() if node.kind == "grid")
    code = grids[pick % len(grids)]
    try:
        if sort == "split":
            children = [child.code for child in tree.children.get(code, ())]
            cut = pick // 7 % (len(children) + 1)
            parts = (
                Part(code=f"n{number}a", name="a", children=tuple(children[:cut])),
                Part(code=f"n{number}b", name="b", children=tuple(children[cut:])),
            )
            return rules.split(made, code, day=day, parts=parts, carry=f"n{number}a" if pick % 2 else "")
        if sort == "merge":
            other = grids[pick // 11 % len(grids)]
            into = Part(code=code if pick % 3 else f"n{number}", name="m")
            return rules.merge(made, [code, other], day=day, into=into, carry=bool(pick % 2))
        parents = sorted(node.code for node in tree.nodes.values() if node.kind in ("compound", "community"))
        return rules.move(made, code, day=day, parent=parents[pick // 13 % len(parents)])
    except Refusal:
        return None


def pictures(made, days):
    """What lay where on these days."""
    return {
        day: {code: tuple(one.code for one in tree.above(code)) for code in tree.nodes}
        for day in days
        for tree in [tree_at(made, day)]
    }


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_after_any_changes_every_day_is_covered_and_the_past_is_as_it_was(steps):
    """After each change: sound records, each building in one grid on every day, and nothing else before the day of the change."""
    made = organisation(nodes=tuple(replace(one, official="") for one in NODES))
    buildings = sorted(node.code for node in NODES if node.kind in ("building", "merchant"))
    for number, (sort, day, pick) in enumerate(steps):
        turned = change(made, sort, day, pick, number)
        if turned is None:
            continue
        after = turned.organisation
        assert [] == examine(after)
        days = sorted({FIRST, *turning_days(after.nodes), *turning_days(made.nodes)})
        earlier = [one for one in days if one < day]
        assert pictures(made, earlier) == pictures(after, earlier)
        for one in days:
            tree = tree_at(after, one)
            assert [1] * len(buildings) == [len(tree.grids_of(code)) for code in buildings]
            assert not [
                found for found in coverage(tree) if found.kind == "building" and found.sort == "overlap"
            ]
        made = after
