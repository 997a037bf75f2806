"""
What boundary changes have in common: what may be changed, how the past is kept, and what becomes of the people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar

from whistle.contracts.organisation import Node, Organisation
from whistle_routing.domain.organisation.checking import examine
from whistle_routing.domain.organisation.tree import Dated, Tree

Sort = Literal["load", "split", "merge", "move", "rename", "open", "close", "appoint", "release"]
D = TypeVar("D", bound=Dated)


class AtNode(Dated, Protocol):
    """A post or a duty."""

    @property
    def node(self) -> str: ...


A = TypeVar("A", bound=AtNode)


class Refusal(Exception):
    """Why a change cannot be made."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True, kw_only=True)
class Part:
    """
    What a node becomes: one of the parts of a split, or the sum of a merge.

    ``children`` are the codes of the nodes right below that go to this part. A part may keep the code of the old node: then that
    node goes on, smaller.
    """

    code: str
    name: str
    official: str = ""
    children: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """
    A change that was made.

    Args:
        before, after: codes of the nodes that it turned into which.
        ended: posts and duties that ended because their node did.
    """

    sort: Sort
    day: dt.date
    before: tuple[str, ...]
    after: tuple[str, ...]
    organisation: Organisation
    ended: tuple[str, ...] = ()


def unknown(code: str, day: dt.date) -> Refusal:
    return Refusal(zh=f"{day} 没有节点 {code}", en=f"there is no node {code} on {day}")


def current(organisation: Organisation, tree: Tree, code: str) -> Node:
    """The node on the day of the change; later changes of it would be overtaken, so there must be none."""
    node = tree.nodes.get(code)
    if node is None:
        raise unknown(code, tree.day)
    later = next((one for one in organisation.nodes if one.code == code and one.start > tree.day), None)
    if later is not None:
        zh = f"{code} 在 {later.start} 已另有变更,不能再自 {tree.day} 变更"
        raise Refusal(
            zh=zh, en=f"{code} changes on {later.start}, so it cannot be changed from {tree.day} on"
        )
    return node


def check_parts(parts: Sequence[Part], children: Collection[str], code: str) -> None:
    given = [child for part in parts for child in part.children]
    codes = [part.code for part in parts]
    if len(set(codes)) != len(codes) or len(codes) < 2:
        raise Refusal(
            zh="拆分至少要两个编码不同的部分", en="a split needs two parts with different codes at least"
        )
    for what_zh, what_en, wrong in (
        ("没有分到任何部分", "are given to no part", sorted(set(children) - set(given))),
        (f"不在 {code} 之下", f"are not below {code}", sorted(set(given) - set(children))),
        ("分给了两个部分", "are given to two parts", sorted({one for one in given if given.count(one) > 1})),
    ):
        if wrong:
            some = ", ".join(wrong[:10])
            raise Refusal(zh=f"{some} {what_zh}", en=f"{some} {what_en}")


def check_free(tree: Tree, organisation: Organisation, codes: Iterable[str]) -> None:
    """A code names one node for ever: what once had it may not come back as another."""
    used = {node.code for node in organisation.nodes}
    for code in codes:
        if code in used:
            now = " 正在使用" if code in tree.nodes else " 已用过"
            raise Refusal(
                zh=f"编码 {code}{now},请换一个", en=f"the code {code} is or was in use; take another"
            )


def ended_on(record: D, day: dt.date) -> list[D]:
    """The record as it is when it ends on ``day``: nothing at all, if it would only have begun then."""
    return [replace(record, end=day)] if record.start < day else []  # type: ignore[type-var]


def rewritten(
    organisation: Organisation, day: dt.date, *, gone: Collection[Node], made: Iterable[Node]
) -> Organisation:
    """The nodes with ``gone`` ended on ``day`` and ``made`` beside them."""
    leaving = set(gone)
    kept = [node for node in organisation.nodes if node not in leaving]
    ended = [one for node in gone for one in ended_on(node, day)]
    return replace(organisation, nodes=(*kept, *ended, *made))


def finished(
    sort: Sort,
    organisation: Organisation,
    day: dt.date,
    *,
    before: tuple[str, ...],
    after: tuple[str, ...],
    gone: Collection[str] = (),
    carry: str = "",
) -> Change:
    """The change with its posts and duties ended or carried along; refused if the result is no tree."""
    if carry and carry not in after:
        raise Refusal(zh=f"{carry} 不是其中的一部分", en=f"{carry} is none of the parts")
    posts, ended_posts = _followed(organisation.posts, day, gone=gone, carry=carry)
    duties, ended_duties = _followed(organisation.duties, day, gone=gone, carry=carry)
    whole = replace(organisation, posts=tuple(posts), duties=tuple(duties))
    for found in examine(whole):
        raise Refusal(zh=f"{found.culprit}:{found.zh}", en=f"{found.culprit}: {found.en}")
    told = [
        *(f"{post.node} {post.role} {post.holder}" for post in ended_posts),
        *(f"{duty.node} duty {duty.person}" for duty in ended_duties),
    ]
    return Change(sort=sort, day=day, before=before, after=after, organisation=whole, ended=tuple(told))


def _followed(
    records: Iterable[A], day: dt.date, *, gone: Collection[str], carry: str
) -> tuple[list[A], list[A]]:
    """The posts or duties of nodes that are gone end; those carried along go on at ``carry``."""
    kept: list[A] = []
    ended: list[A] = []
    for record in records:
        if record.node not in gone or record.end <= day:
            kept.append(record)
            continue
        kept += ended_on(record, day)
        if carry:
            moved = replace(record, node=carry, start=max(record.start, day))  # type: ignore[type-var]
            if moved not in kept:
                kept.append(moved)
        else:
            ended.append(record)
    return kept, ended
