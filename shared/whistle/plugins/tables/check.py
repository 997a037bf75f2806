"""
From parsed TOML to :class:`whistle.plugins.tables.Tables`, collecting every mistake on the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

from whistle.calendar.reading import read_plan
from whistle.contracts.plugin import (
    CHANNELS,
    HANDLING_CLASSES,
    LEVELS,
    TRIGGER_KINDS,
    Channel,
    GridNode,
    HandlingClass,
    Level,
    Party,
    TriggerKind,
)
from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.powers import KIND_PREFIX
from whistle.plugins.problems import Problem
from whistle.plugins.tables.model import read_proposing
from whistle.plugins.tables.organisation import light_grid, read_files
from whistle.plugins.tables.parties import read_agreed
from whistle.plugins.tables.returns import read_returns
from whistle.plugins.tables.rows import CLOSE_AFTER_DAYS, Joint, Rule, Step, Tables, Words
from whistle.plugins.tables.rules import read_powers, read_repeats, read_rules
from whistle.plugins.tables.settings import read_settings
from whistle.plugins.tables.sittings import read_sittings
from whistle.plugins.tables.terms import check_covered, read_terms
from whistle.plugins.tables.whistle import read_whistles


def check_tables(raw: Row, file: str, folder: Path) -> tuple[Tables | None, list[Problem]]:
    """The tables, or None and every mistake; ``file`` is how the file is called in complaints, ``folder`` where others lie."""
    check = Complaints(file)
    check.columns(raw, "", "top level")
    head = check.table(raw, "district")
    check.columns(head, "district", "[district]")
    rows = tuple(_node(check, rule, row) for rule, row in check.rows(raw, "grid"))
    files = read_files(check, raw, folder, rows)
    party_rows = check.rows(raw, "parties")
    parties = tuple(_party(check, rule, row) for rule, row in party_rows)
    rules = read_rules(check, raw)
    default = check.text(head, "default_category", "[district]")
    grid = light_grid(check, rows, files)
    tables = Tables(
        file=file,
        district=check.text(head, "id", "[district]", limit=40),
        name=check.text(head, "name", "[district]"),
        duty_desk=check.text(head, "duty_desk", "[district]"),
        default_category=default,
        parties=parties,
        grid=grid,
        rules=rules,
        hours=cast("Mapping[HandlingClass, float]", _hours(check, raw, "hours", HANDLING_CLASSES)),
        level_hours=cast("Mapping[Level, float]", _hours(check, raw, "level_hours", LEVELS)),
        handling=_words(check, raw, "handling", "class", HANDLING_CLASSES),
        levels=_words(check, raw, "levels", "level", LEVELS),
        joint=_joint(check, raw),
        escalation=_escalation(check, raw),
        classes=read_terms(check, raw),
        calendar=read_plan(check, raw, source="district"),
        organisation=files,
        close_after_days=_close_after(check, raw),
        powers=read_powers(check, raw),
        proposing=read_proposing(check, raw, folder),
        returns=read_returns(check, raw, parties={party.id for party in parties}),
        whistles=read_whistles(check, raw),
        agreed=read_agreed(check, party_rows, categories={default, *(rule.category for rule in rules)}),
        sittings=read_sittings(check, raw, grid=grid, roles=files.catalogue.roles),
        repeat_days=read_repeats(check, raw, rules),
        declared=(declared := read_settings(check, raw)),
        settings={setting.name: setting.default for setting in declared},
    )
    check_covered(check, check.table(raw, "hours"), tables.classes)
    _check_parties(check, tables)
    _check_grid(check, tables.grid, rows)
    _check_targets(check, tables)
    return (None if check.problems else tables), check.problems


def _party(check: Complaints, rule: str, row: Row) -> Party:
    identity = check.text(row, "id", rule, limit=80)
    if identity and not all(
        char.isascii() and (char.islower() or char.isdigit() or char == "-") for char in identity
    ):
        check.wrong(
            f"{rule} id",
            identity,
            "只用小写字母、数字和连字符",
            "use lower-case letters, digits and hyphens only",
        )
    return Party(
        id=identity,
        name=check.text(row, "name", rule),
        kind=check.text(row, "kind", rule),
        channel=cast("Channel", check.choice(row, "channel", rule, CHANNELS) or "queue"),
        grid=check.text(row, "grid", rule, optional=True, limit=40) or None,
    )


def _node(check: Complaints, rule: str, row: Row) -> GridNode:
    return GridNode(
        code=check.text(row, "code", rule, limit=40),
        parent=check.text(row, "parent", rule, optional=True, limit=40) or None,
        kind=check.text(row, "kind", rule),
        name=check.text(row, "name", rule),
    )


def _hours(check: Complaints, raw: Row, name: str, keys: Sequence[str]) -> Mapping[str, float]:
    row = check.table(raw, name)
    for key in row:
        if key not in keys:
            check.wrong(f"[{name}]", key, f"应为 {', '.join(keys)} 之一", f"must be one of {', '.join(keys)}")
    read = {key: check.number(row, key, f"[{name}]") for key in keys}
    return {key: hours for key, hours in read.items() if hours is not None}


def _words(check: Complaints, raw: Row, name: str, key: str, allowed: Collection[str]) -> tuple[Words, ...]:
    made = []
    for rule, row in check.rows(raw, name):
        value, keywords = check.choice(row, key, rule, allowed), check.texts(row, "keywords", rule)
        if key not in row or not keywords:
            check.wrong(rule, f"{key}, keywords", "两列都要填", "both columns are needed")
        made.append(Words(value=value or "", keywords=keywords, unless=check.texts(row, "unless", rule)))
    return tuple(made)


def _joint(check: Complaints, raw: Row) -> Joint:
    row, default = check.table(raw, "joint"), Joint()
    check.columns(row, "joint", "[joint]")
    return Joint(
        share=check.number(row, "share", "[joint]", most=1) or default.share,
        min_score=check.number(row, "min_score", "[joint]", most=1000) or default.min_score,
        at_most=int(check.number(row, "at_most", "[joint]", most=10) or default.at_most),
    )


def _close_after(check: Complaints, raw: Row) -> float:
    row = check.table(raw, "answers")
    check.columns(row, "answers", "[answers]")
    return check.number(row, "close_after_days", "[answers]", most=3650) or CLOSE_AFTER_DAYS


def _escalation(check: Complaints, raw: Row) -> Mapping[TriggerKind, Step]:
    steps: dict[TriggerKind, Step] = {}
    for kind in check.table(raw, "escalation"):
        rule = f"[escalation.{kind}]"
        if kind not in TRIGGER_KINDS:
            words = ", ".join(TRIGGER_KINDS)
            check.wrong(rule, kind, f"应为 {words} 之一", f"must be one of {words}")
            continue
        row, default = check.table(raw["escalation"], kind), Step()
        check.columns(row, "escalation", rule)
        steps[kind] = Step(
            lead=check.text(row, "lead", rule, optional=True) or None,
            add=check.texts(row, "add", rule),
            whistle=cast("Level", check.choice(row, "whistle", rule, LEVELS) or default.whistle),
            hours=check.number(row, "hours", rule) or default.hours,
        )
    return steps


def _check_parties(check: Complaints, tables: Tables) -> None:
    ids = [party.id for party in tables.parties]
    check.once("parties", "id", ids)
    if not ids:
        check.wrong("[[parties]]", "none", "至少一个单位", "at least one party is needed")
    codes = {node.code for node in tables.grid}
    for party in tables.parties:
        if party.grid and party.grid not in codes:
            check.wrong(f"parties {party.id} grid", party.grid, "没有这个网格", "no such grid")
    if tables.duty_desk and tables.duty_desk not in ids:
        check.wrong("[district] duty_desk", tables.duty_desk, "没有这个单位", "no such party")


def _check_grid(check: Complaints, grid: Sequence[GridNode], rows: Sequence[GridNode]) -> None:
    """``grid`` is the whole tree, ``rows`` those of ``[[grid]]``; the rows of files are told where they stand."""
    parents = {node.code: node.parent for node in grid}
    check.once("grid", "code", [node.code for node in rows])
    roots = [node.code for node in grid if node.parent is None]
    if len(roots) != 1:
        check.wrong(
            "[[grid]] parent", ", ".join(roots) or "none", "须有且只有一个根", "exactly one root is needed"
        )
    own = {node.code for node in rows}
    for node in grid:
        if node.parent is not None and node.parent not in parents:
            if node.code in own:
                check.wrong(f"grid {node.code} parent", node.parent, "没有这个网格", "no such grid")
        elif _circular(node.code, parents):
            check.wrong(f"grid {node.code} parent", node.parent, "上下级成环", "the parents form a circle")


def _circular(code: str, parents: Mapping[str, str | None]) -> bool:
    seen, at = {code}, parents.get(code)
    while at is not None and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at is not None


def _check_targets(check: Complaints, tables: Tables) -> None:
    check.once("rules", "id", [rule.id for rule in tables.rules])
    check.once("powers", "id", [power.id for power in tables.powers])
    known = {party.id for party in tables.parties} | {KIND_PREFIX + party.kind for party in tables.parties}
    named = [
        (f"rule {rule.id} {column}", target) for rule in tables.rules for column, target in _targets(rule)
    ]
    for kind, step in tables.escalation.items():
        named += [(f"[escalation.{kind}]", target) for target in (step.lead, *step.add) if target]
    for power in tables.powers:
        named += [(f"power {power.id} of", power.of), (f"power {power.id} to", power.to)]
    if tables.proposing:
        named += [(f"[model.leads] {name}", lead) for name, lead in tables.proposing.leads.items()]
    kinds = {node.kind for node in tables.grid}
    for rule in tables.rules:
        for unknown in sorted(set(rule.when.kinds) - kinds):
            check.wrong(f"rule {rule.id} kinds", unknown, "没有这种网格", "no grid node is of this kind")
    for where, target in named:
        if target and target not in known:
            check.wrong(where, target, "没有这个单位或类别", "no such party or kind")


def _targets(rule: Rule) -> list[tuple[str, str]]:
    return [("lead", rule.lead), *(("co", target) for target in rule.co)]
