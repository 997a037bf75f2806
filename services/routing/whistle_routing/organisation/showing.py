"""
The organisation as JSON values, for HTTP and the command line alike.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from whistle.contracts.organisation import ALWAYS, KINDS, OPEN, Duty, Node, Organisation, Person, Post
from whistle_routing.domain.organisation import Tree, check_rosters, holds
from whistle_routing.domain.organisation.geometry import bounding_box, centre
from whistle_routing.handlers import organisation as use


def span_of(record: Any) -> dict[str, dt.date | None]:
    """First day and the day after the last; None: no limit."""
    return {
        "start": None if record.start == ALWAYS else record.start,
        "end": None if record.end == OPEN else record.end,
    }


def show_node(node: Node, *, whole: bool = False) -> dict[str, Any]:
    """A node; ``whole`` with its outline, of which come the box and, if none is given, the centre."""
    shape = json.loads(node.shape) if node.shape else None
    shown = {
        "code": node.code,
        "kind": node.kind,
        "kind_zh": KINDS[node.kind].zh,
        "name": node.name,
        "parent": node.parent,
        "official": node.official or None,
        "centre": node.centre or (centre(shape) if shape else None),
        "bbox": bounding_box(shape) if shape else None,
        **span_of(node),
    }
    return {**shown, "shape": shape} if whole else shown


def show_posts(organisation: Organisation, posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Posts with the words for roles and the names of people."""
    words = {role.code: role.zh for role in organisation.roles}
    names = {person.id: person.name for person in organisation.people}
    return [
        {
            "node": post.node,
            "role": post.role,
            "role_zh": words.get(post.role, post.role),
            "person": post.person or None,
            "name": names.get(post.person, "") if post.person else post.unit,
            "unit": post.unit or None,
            **span_of(post),
        }
        for post in posts
    ]


def show_duties(organisation: Organisation, duties: Sequence[Duty]) -> list[dict[str, Any]]:
    """Duty slots with the names of people."""
    names = {person.id: person.name for person in organisation.people}
    return [{**vars(duty), "name": names.get(duty.person, ""), **span_of(duty)} for duty in duties]


def show_rosters(organisation: Organisation, tree: Tree, node: Node) -> dict[str, Any]:
    """The rosters of a node and everybody who holds something there."""
    rosters = [
        {
            "roster": filled.roster.code,
            "zh": filled.roster.zh,
            "en": filled.roster.en,
            "seats": [
                {
                    "role": seat.role,
                    "least": seat.least,
                    "most": seat.most,
                    "held": show_posts(organisation, posts),
                }
                for seat, posts in filled.seats
            ],
        }
        for filled in use.rosters_of(organisation, tree, node)
    ]
    missing = [
        vars(one) for one in check_rosters(organisation, tree, under=node.code) if one.node == node.code
    ]
    held = tree.posts_by_node.get(node.code, ())
    return {
        "node": show_node(node),
        "rosters": rosters,
        "missing": missing,
        "posts": show_posts(organisation, held),
        "charges": show_charges(organisation, {post.role for post in held}, tree.day),
    }


def show_charges(organisation: Organisation, roles: Collection[str], day: dt.date) -> list[dict[str, Any]]:
    """The lists of duties of these roles on a day (S4-10)."""
    return [
        {**vars(charge), **span_of(charge)}
        for charge in organisation.charges
        if charge.role in roles and holds(charge, day)
    ]


def held_by(tree: Tree) -> Mapping[str, Sequence[Post]]:
    """The posts of each person."""
    found: dict[str, list[Post]] = {}
    for post in tree.posts:
        found.setdefault(post.person, []).append(post)
    return found


def show_person(organisation: Organisation, person: Person, posts: Sequence[Post]) -> dict[str, Any]:
    """A person with a masked phone number."""
    return {**vars(person), "skills": list(person.skills), "posts": show_posts(organisation, posts)}
