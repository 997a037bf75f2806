"""Split, merge, move and the like: from a day on the tree is another, and what was before stays."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.routing.organisation.made import AFTER, BEFORE, DAY, NODES, node, organisation
from whistle.contracts.organisation import Post
from whistle_routing.domain import organisation as rules
from whistle_routing.domain.organisation import Part, Refusal, coverage, on_duty, tree_at

HALVES = (
    Part(code="g1a", name="甲", official="370883001001011", children=("m1",)),
    Part(code="g1b", name="乙", official="370883001001012", children=("m2",)),
)


def grid_of(organisation, code, day):
    return [one.code for one in tree_at(organisation, day).grids_of(code)]


def places(organisation):
    """Kind, name and parent of everything before the day of the change."""
    nodes = tree_at(organisation, BEFORE).nodes
    return {code: (one.kind, one.name, one.parent, one.official) for code, one in nodes.items()}


def test_a_split_divides_from_its_day_on():
    """The building lay in g1 until the 14th and lies in g1b from the 15th; nobody is without a grid on any day."""
    after = rules.split(organisation(), "g1", day=DAY, parts=HALVES).organisation
    eve = DAY - dt.timedelta(days=1)
    assert (["g1"], ["g1b"]) == (grid_of(after, "b2", eve), grid_of(after, "b2", DAY))
    assert [[], []] == [coverage(tree_at(after, day)) for day in (eve, DAY)]
    assert places(organisation()) == places(after)


def test_people_of_a_node_that_is_split_end_or_go_along():
    """Without a word their posts and duties end on the day, and this is told; or they go with one part."""
    ends = rules.split(organisation(), "g1", day=DAY, parts=HALVES)
    assert ("g1 grid-chief p2", "g1 duty p2") == ends.ended
    goes = rules.split(organisation(), "g1", day=DAY, parts=HALVES, carry="g1a")
    assert () == goes.ended
    chiefs = [
        (post.node, day)
        for day in (BEFORE, AFTER)
        for post in tree_at(goes.organisation, day).posts
        if post.role == "grid-chief"
    ]
    assert [("g1", BEFORE), ("g1a", AFTER)] == chiefs
    monday = dt.date(2026, 3, 16)
    found = on_duty(tree_at(goes.organisation, monday), "b1", weekday=1, time=dt.time(9))
    assert ["g1a"] == [one.node for one in found]


def test_one_part_may_go_on_as_the_old_node():
    """Then only the other is new, and the people stay."""
    parts = (Part(code="g1", name="G1", official="370883001001001", children=("m1",)), HALVES[1])
    change = rules.split(organisation(), "g1", day=DAY, parts=parts)
    assert ((), ["g1"], ["g1b"]) == (
        change.ended,
        grid_of(change.organisation, "b1", AFTER),
        grid_of(change.organisation, "b2", AFTER),
    )


def test_a_merge_makes_one_of_two():
    """Everything below lies in the new one from the day on; the old ones keep their past."""
    into = Part(code="g9", name="合", official="370883001001009")
    after = rules.merge(organisation(), ["g1", "g2"], day=DAY, into=into, carry=True).organisation
    assert ["g9"] * 3 == [grid_of(after, code, DAY)[0] for code in ("b1", "b2", "b3")]
    assert ["g1", "g1", "g2"] == [grid_of(after, code, BEFORE)[0] for code in ("b1", "b2", "b3")]
    assert ["g9"] == [one.node for one in tree_at(after, AFTER).posts if one.role == "grid-chief"]


def test_a_merge_may_keep_one_of_the_codes():
    """The smaller grid goes into the larger one."""
    into = Part(code="g2", name="G2", official="370883001001002")
    change = rules.merge(organisation(), ["g1", "g2"], day=DAY, into=into)
    assert ["g2"] == grid_of(change.organisation, "b1", AFTER)
    assert ("g1 grid-chief p2", "g1 duty p2") == change.ended


def test_a_move_takes_everything_below_along():
    """A compound goes to another community; its buildings were in the old one before."""
    plain = organisation(nodes=tuple(one for one in NODES if one.code not in ("g1", "m1", "m2", "b1", "b2", "b1-1")),
                         posts=(), duties=())  # fmt: skip
    after = rules.move(plain, "g2", day=DAY, parent="x2", official="370883001002002").organisation
    assert ("c", "c2") == tuple(tree_at(after, day).nearest("b3", "community").code for day in (BEFORE, DAY))


def test_a_grid_that_changes_community_needs_a_new_code():
    """Its 15 digits begin with those of the community."""
    with pytest.raises(Refusal) as caught:
        rules.move(organisation(), "g2", day=DAY, parent="x2")
    assert "370883001002 开头" in caught.value.zh


def test_rename_open_and_close():
    """Another name from a day on; a new node; a node that ends with its posts."""
    named = rules.rename(organisation(), "b3", day=DAY, name="锦绣3号楼").organisation
    assert ["B3", "锦绣3号楼"] == [tree_at(named, day).nodes["b3"].name for day in (BEFORE, DAY)]
    opened = rules.open_node(named, node("b5", "building", "g2", start=DAY)).organisation
    assert [False, True] == ["b5" in tree_at(opened, day).nodes for day in (BEFORE, DAY)]
    closed = rules.close_node(opened, "b1-1", day=AFTER)
    assert [True, False] == ["b1-1" in tree_at(closed.organisation, day).nodes for day in (DAY, AFTER)]


REFUSED = {
    "unknown": (lambda one: rules.split(one, "g7", day=DAY, parts=HALVES), "没有节点 g7"),
    "one part": (lambda one: rules.split(one, "g1", day=DAY, parts=HALVES[:1]), "两个"),
    "child left over": (
        lambda one: rules.split(one, "g1", day=DAY, parts=(HALVES[0], Part(code="e", name="e"))),
        "m2 没有分到",
    ),
    "child twice": (
        lambda one: rules.split(
            one, "g1", day=DAY, parts=(HALVES[0], Part(code="e", name="e", children=("m1", "m2")))
        ),
        "m1 分给了两个部分",
    ),
    "child of others": (
        lambda one: rules.split(
            one, "g1", day=DAY, parts=(*HALVES, Part(code="e", name="e", children=("b3",)))
        ),
        "b3 不在 g1 之下",
    ),
    "code in use": (
        lambda one: rules.split(
            one, "g1", day=DAY, parts=(HALVES[0], Part(code="g2", name="e", children=("m2",)))
        ),
        "编码 g2 正在使用",
    ),
    "carried to nobody": (
        lambda one: rules.split(one, "g1", day=DAY, parts=HALVES, carry="g3"),
        "g3 不是其中的一部分",
    ),
    "merge of one": (lambda one: rules.merge(one, ["g1", "g1"], day=DAY, into=HALVES[0]), "至少要两个"),
    "merge across compounds": (
        lambda one: rules.merge(one, ["g1", "g3"], day=DAY, into=HALVES[0]),
        "同一上级",
    ),
    "move under itself": (lambda one: rules.move(one, "x1", day=DAY, parent="g1"), "成环"),
    "move to nowhere": (lambda one: rules.move(one, "x1", day=DAY, parent="zz"), "没有节点 zz"),
    "move to what cannot be above": (lambda one: rules.move(one, "m1", day=DAY, parent="x2"), "不能在"),
    "close what has children": (lambda one: rules.close_node(one, "g1", day=DAY), "之下还有节点"),
    "open a code once more": (
        lambda one: rules.open_node(one, node("b3", "building", "g2", start=DAY)),
        "正在使用",
    ),
    "appoint a stranger": (
        lambda one: rules.appoint(one, Post(node="g1", role="volunteer", person="p9")),
        "没有这个人员",
    ),
    "appoint twice": (
        lambda one: rules.appoint(one, Post(node="g1", role="grid-chief", person="p2", start=DAY)),
        "重复",
    ),
    "release who is not": (
        lambda one: rules.release(one, node="g1", role="grid-chief", holder="p1", day=DAY),
        "不任",
    ),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_what_would_be_no_tree_is_refused(change, said):
    """With the code and the reason, in both languages."""
    with pytest.raises(Refusal) as caught:
        change(organisation())
    assert said in caught.value.zh
    assert caught.value.en


def test_a_code_is_never_given_twice():
    """A grid that was split away does not come back as another one: old cases would lie in the wrong place."""
    after = rules.split(organisation(), "g1", day=DAY, parts=HALVES).organisation
    with pytest.raises(Refusal) as caught:
        rules.open_node(after, node("g1", "grid", "x1", start=AFTER))
    assert "已用过" in caught.value.zh


def test_an_earlier_change_does_not_overtake_a_later_one():
    """What happens on the 20th was decided on the tree of then; a change of the 15th would undo it."""
    after = rules.rename(organisation(), "g1", day=AFTER, name="新").organisation
    with pytest.raises(Refusal) as caught:
        rules.split(after, "g1", day=DAY, parts=HALVES)
    assert "2026-03-20" in caught.value.zh


def test_two_changes_on_one_day_leave_no_empty_span():
    """The second replaces what the first made that day."""
    once = rules.rename(organisation(), "g2", day=DAY, name="一").organisation
    twice = rules.rename(once, "g2", day=DAY, name="二").organisation
    spans = [(one.start, one.end) for one in twice.nodes if one.code == "g2"]
    assert all(start < end for start, end in spans)
    assert 2 == len(spans)
    assert "二" == tree_at(twice, DAY).nodes["g2"].name


def test_offices_have_a_first_and_a_last_day():
    """Appointed from the 15th, released on the 20th: held in between only."""
    post = Post(node="g2", role="grid-chief", person="p1", start=DAY)
    held = rules.appoint(organisation(), post).organisation
    over = rules.release(held, node="g2", role="grid-chief", holder="p1", day=AFTER).organisation
    days = [day for day in (BEFORE, DAY, AFTER) if any(one.node == "g2" for one in tree_at(over, day).posts)]
    assert [DAY] == days
