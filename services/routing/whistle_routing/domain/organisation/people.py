"""
Who holds what: appointing, releasing, rosters, skills, and who is on duty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from whistle.contracts.organisation import Duty, Organisation, Person, Post, Roster, Seat
from whistle_routing.domain.organisation.checking import examine
from whistle_routing.domain.organisation.shaping import Change, Refusal, ended_on
from whistle_routing.domain.organisation.tree import Tree, holds


@dataclass(frozen=True, kw_only=True)
class Vacant:
    """A seat of a roster that is not filled as it should be."""

    node: str
    roster: str
    role: str
    held: int
    zh: str
    en: str


def appoint(organisation: Organisation, post: Post) -> Change:
    """
    Give a person or unit an office or role; a person may hold several (S3-3).

    Raises:
        Refusal: an unknown node, person or role, or one that does not exist there, or it is held already.
    """
    after = replace(organisation, posts=(*organisation.posts, post))
    for found in examine(after):
        raise Refusal(zh=f"{found.culprit}:{found.zh}", en=f"{found.culprit}: {found.en}")
    return Change(
        sort="appoint", day=post.start, before=(post.node,), after=(post.node,), organisation=after, ended=()
    )


def release(organisation: Organisation, *, node: str, role: str, holder: str, day: dt.date) -> Change:
    """
    End an office or role on a day.

    Raises:
        Refusal: the holder does not hold it on that day.
    """
    asked = (node, role, holder)
    held = next(
        (one for one in organisation.posts if (one.node, one.role, one.holder) == asked and holds(one, day)),
        None,
    )
    if held is None:
        zh, en = f"{holder} 在 {day} 不任 {node} 的 {role}", f"{holder} is not {role} of {node} on {day}"
        raise Refusal(zh=zh, en=en)
    kept = [post for post in organisation.posts if post is not held]
    after = replace(organisation, posts=(*kept, *ended_on(held, day)))
    told = f"{node} {role} {holder}"
    return Change(sort="release", day=day, before=(node,), after=(node,), organisation=after, ended=(told,))


# --- rosters ----------------------------------------------------------------------------------------------------------------


def check_rosters(organisation: Organisation, tree: Tree, *, under: str | None = None) -> list[Vacant]:
    """
    The seats that are not filled on the day of the tree, at all nodes or at one and those below it (S0-4, S1-2, S2-2, S2-5).
    """
    nodes = [*tree.nodes.values()] if under is None else [*tree.above(under)[:1], *tree.below(under)]
    words = {role.code: role.zh for role in organisation.roles}
    found: list[Vacant] = []
    for node in sorted(nodes, key=lambda one: one.code):
        for roster in organisation.rosters:
            if node.kind in roster.at:
                found += _vacant(tree, node.code, roster, words)
    return found


def seats(tree: Tree, code: str, roster: Roster) -> list[tuple[Seat, list[Post]]]:
    """The seats of a roster at a node with who fills them, in the order of the roster."""
    return [(seat, _fillers(tree, code, seat, reach=roster.reach)) for seat in roster.seats]


def _fillers(tree: Tree, code: str, seat: Seat, *, reach: bool) -> list[Post]:
    """Posts at the node itself; with ``reach`` otherwise those at nodes below, or else at the nearest above."""

    def at(node: str) -> list[Post]:
        return [post for post in tree.posts_by_node.get(node, ()) if post.role == seat.role]

    own = at(code)
    if own or not reach:
        return own
    below = [post for node in tree.below(code) for post in at(node.code)]
    return below or next((found for node in tree.above(code)[1:] if (found := at(node.code))), [])


def _vacant(tree: Tree, code: str, roster: Roster, words: Mapping[str, str]) -> Iterator[Vacant]:
    filled = seats(tree, code, roster)

    def told(role: str, held: int, zh: str, en: str) -> Vacant:
        return Vacant(node=code, roster=roster.code, role=role, held=held, zh=zh, en=en)

    for seat, posts in filled:
        word = words.get(seat.role, seat.role)
        own = [post for post in posts if post.node == code]
        if len(posts) < seat.least:
            zh, en = (
                f"缺{word}(应有 {seat.least},实有 {len(posts)})",
                f"{seat.role}: {len(posts)} of {seat.least}",
            )
            yield told(seat.role, len(posts), zh, en)
        elif seat.most is not None and len(own) > seat.most:
            zh, en = (
                f"{word}多了(至多 {seat.most},实有 {len(own)})",
                f"{seat.role}: {len(own)}, at most {seat.most}",
            )
            yield told(seat.role, len(own), zh, en)
    if not roster.one_person:
        return
    holders = {post.holder for seat, posts in filled if seat.role == roster.one_person for post in posts}
    for seat, posts in filled:
        strangers = sorted({post.holder for post in posts} - holders)
        if strangers and holders and seat.role != roster.one_person:
            zh = f"{words.get(seat.role, seat.role)}应由{words.get(roster.one_person, roster.one_person)}本人担任"
            yield told(
                seat.role, len(posts), zh, f"{seat.role} must be held by the {roster.one_person} in person"
            )


# --- finding people ---------------------------------------------------------------------------------------------------------


def find_people(
    people: Iterable[Person], tree: Tree, *, skill: str = "", role: str = "", under: str = "", text: str = ""
) -> list[Person]:
    """
    People in the order of their ids: with a skill (part of its word), who hold a role on the day of the tree, at a node or below
    it, and whose name, unit or id contains ``text``.
    """
    within = {node.code for node in (*tree.above(under)[:1], *tree.below(under))} if under else None
    held: dict[str, list[Post]] = {}
    for post in tree.posts:
        if (not role or post.role == role) and (within is None or post.node in within):
            held.setdefault(post.person, []).append(post)
    return [
        person
        for person in sorted(people, key=lambda one: one.id)
        if (not skill or any(skill in word for word in person.skills))
        and (not (role or under) or person.id in held)
        and (not text or text in person.name or text in person.unit or text == person.id)
    ]


def on_duty(tree: Tree, code: str, *, weekday: int, time: dt.time) -> Sequence[Duty]:
    """
    Who is on duty for a node: the slots at the node itself, or else at the nearest above that has any (S1-4). ``weekday`` is 1
    (Monday) to 7 of the tree's day. A slot over midnight counts for the day on which it begins.
    """
    for node in tree.above(code):
        found = [duty for duty in tree.duties if duty.node == node.code and _runs(duty, weekday, time)]
        if found:
            return sorted(found, key=lambda one: (one.begin, one.person))
    return ()


def _runs(duty: Duty, weekday: int, time: dt.time) -> bool:
    before = 7 if weekday == 1 else weekday - 1
    if duty.begin < duty.finish:
        return weekday in duty.weekdays and duty.begin <= time < duty.finish
    return (weekday in duty.weekdays and time >= duty.begin) or (
        before in duty.weekdays and time < duty.finish
    )
