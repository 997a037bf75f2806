"""
``whistle district show|roster|people|dormant|cases|changes``: looking at the organisation as of a day.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from whistle.contracts.organisation import KINDS, Node
from whistle.errors import Invalid
from whistle_routing.cli.district import AsOf, district
from whistle_routing.cli.opening import AsJson, District, opened, print_json, read_day
from whistle_routing.domain.organisation import Tree, find_people
from whistle_routing.handlers import organisation as use
from whistle_routing.organisation import showing as shown
from whistle_routing.organisation.known import today
from whistle_routing.store import OrganisationStore

Code = Annotated[str, typer.Argument(help="节点编码 / code of a node")]


@district.command("show")
def show(
    name: District,
    code: Annotated[str, typer.Argument(help="从哪个节点起,默认全部 / from this node on")] = "",
    as_of: AsOf = "",
    depth: Annotated[int, typer.Option("--depth", help="往下几层 / how many levels down", min=0)] = 3,
    as_json: AsJson = False,
) -> None:
    """显示某日的架构树 / show the tree as of a day."""
    with opened() as here, here.database.read() as unit:
        tree = here.organisations(name).tree(unit, name, read_day(as_of, "--as-of"))
        roots = [use.find_node(tree, code)] if code else _roots(tree)
    if as_json:
        nodes = [node for root in roots for node in _lines(tree, root, depth)]
        print_json(
            {
                "as_of": tree.day,
                "counts": tree.counts(),
                "nodes": [shown.show_node(node) for _, node in nodes],
            }
        )
        return
    for root in roots:
        for level, node in _lines(tree, root, depth):
            official = f" {node.official}" if node.official else ""
            print(f"{'  ' * level}{node.name} [{KINDS[node.kind].zh} {node.code}{official}]")
    counts = ",".join(f"{KINDS[kind].zh} {count}" for kind, count in tree.counts().items())
    print(f"{tree.day}: {counts} / {len(tree.nodes)} nodes")


def _roots(tree: Tree) -> list[Node]:
    return [node for node in tree.nodes.values() if node.parent is None]


def _lines(tree: Tree, root: Node, depth: int, level: int = 0) -> list[tuple[int, Node]]:
    below = tree.children.get(root.code, ()) if depth else ()
    return [(level, root), *(line for child in below for line in _lines(tree, child, depth - 1, level + 1))]


@district.command("roster")
def roster(name: District, code: Code, as_of: AsOf = "", as_json: AsJson = False) -> None:
    """显示某节点的名册:谁任何职,缺什么 / show who holds what at a node, and what is missing."""
    with opened() as here, here.database.read() as unit:
        organisations = here.organisations(name)
        organisation = organisations.get(unit, name)
        tree = organisations.tree(unit, name, read_day(as_of, "--as-of"))
        found = shown.show_rosters(organisation, tree, use.find_node(tree, code))
    if as_json:
        print_json({"as_of": tree.day, **found})
        return
    for post in found["posts"]:
        print(f"{post['role_zh']:<10} {post['name']}  {_since(post)}")
    for missing in found["missing"]:
        print(f"{missing['roster']}:{missing['zh']} / {missing['en']}")


def _since(span: dict[str, Any]) -> str:
    return f"{span['start'] or ''}–{span['end'] or ''}" if span["start"] or span["end"] else ""


@district.command("people")
def people(
    name: District,
    skill: Annotated[str, typer.Option("--skill", help="特长 / skill")] = "",
    role: Annotated[str, typer.Option("--role", help="角色编码 / code of a role")] = "",
    under: Annotated[str, typer.Option("--under", help="此节点之下 / at or below this node")] = "",
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """查人:按特长、角色、所在 / find people by skill, role and place."""
    with opened() as here, here.database.read() as unit:
        organisations = here.organisations(name)
        organisation = organisations.get(unit, name)
        tree = organisations.tree(unit, name, read_day(as_of, "--as-of"))
        found = find_people(organisation.people, tree, skill=skill, role=role, under=under)
        held = shown.held_by(tree)
        rows = [shown.show_person(organisation, one, held.get(one.id, ())) for one in found]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        posts = "、".join(f"{post['node']} {post['role_zh']}" for post in row["posts"])
        print(f"{row['id']:<12} {row['name']:<6} {'、'.join(row['skills']):<16} {row['phone']:<12} {posts}")
    print(f"共 {len(rows)} 人 / {len(rows)} people")


@district.command("dormant")
def dormant(
    name: District,
    days: Annotated[int, typer.Option("--days", help="多少天没有诉求 / days without a case", min=1)] = 30,
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """列出不活跃网格 / list grids in which nothing happened for some days."""
    with opened() as here, here.database.read() as unit:
        tree = here.organisations(name).tree(unit, name, read_day(as_of, "--as-of"))
        found = use.find_dormant(unit, tree, name, days=days)
    if as_json:
        print_json([vars(one) for one in found])
        return
    for one in found:
        last = f"最近 {one.last} / last {one.last}" if one.last else "从未 / never"
        print(f"{one.code:<20} {one.name:<16} {last}")
    print(f"共 {len(found)} 个 / {len(found)} grids without a case for {days} days")


@district.command("cases")
def cases(
    name: District,
    first: Annotated[str, typer.Option("--first", help="自哪天 / from this day")],
    last: Annotated[
        str, typer.Option("--last", help="到哪天(含),默认今天 / to this day, by default today")
    ] = "",
    kind: Annotated[str, typer.Option("--kind", help="按哪一级 / by nodes of this kind")] = "grid",
    as_json: AsJson = False,
) -> None:
    """按受理当日所属统计诉求 / count cases by where they belonged on the day they were filed."""
    if kind not in KINDS:
        raise Invalid(f"--kind 应为 {', '.join(KINDS)} 之一", f"--kind must be one of {', '.join(KINDS)}")
    with opened() as here, here.database.read() as unit:
        organisation = here.organisations(name).get(unit, name)
        days = read_day(first, "--first") or today(unit), read_day(last, "--last") or today(unit)
        lines = use.report_cases(unit, organisation, first=days[0], last=days[1], kind=kind)
    if as_json:
        print_json([vars(line) for line in lines])
        return
    for line in lines:
        until = line.end - dt.timedelta(days=1)
        what = f"{line.code} {line.name}" if line.code else f"(无归属 / placed nowhere: {line.named or '-'})"
        print(f"{line.first} – {until}  {line.cases:>6}  {what}")


@district.command("changes")
def changes(name: District, as_json: AsJson = False) -> None:
    """列出架构变更 / list the changes of the organisation."""
    with opened() as here, here.database.read() as unit:
        rows = OrganisationStore(unit).changes_of(name, after="", limit=10_000)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        turned = f"{'、'.join(row['before'])} → {'、'.join(row['after'])}"
        print(f"{row['at']:%Y-%m-%d %H:%M} {row['by']:<12} {row['sort']:<8} {row['day']} {turned}")
