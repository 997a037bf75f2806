"""
What is exported, as tables: by name the heading and the rows. A spreadsheet has a sheet for each, a paper a section.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from whistle_points import domain
from whistle_points.domain import Report, Statement
from whistle_points.domain.grids import GridEvaluation
from whistle_points.domain.scheme import CHINA
from whistle_points.rules import Rules
from whistle_points.store import MemberFile

Cell = str | int | float
Tables = Mapping[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]]


def cell_text(cell: Cell) -> str:
    """A cell as it is printed: numbers with two decimals at most, and none for nothing."""
    return f"{round(cell, 2):.12g}" if isinstance(cell, float) else str(cell)


def member_tables(file: MemberFile, *, rules: Rules) -> Tables:
    """A table for each part of a member's file; numbers are numbers, everything else is text."""
    names = {
        item.id: item.name
        for version in rules.of(file.member.scheme).versions
        for item in version.items.values()
    }
    return {
        "概况 Summary": (("项目", "内容"), _summary(file)),
        "积分 Entries": (
            ("日期", "项目", "应得", "入账", "封顶", "评定", "审核", "状态"),
            (_entry(row, names) for row in file.awards),
        ),
        "活动 Activities": (("日期", "活动", "类别", "小时", "确认人"), map(_time, file.times)),
        "兑换 Exchange": (("日期", "编号", "商品", "数量", "积分", "状态"), map(_order, file.orders)),
        "五有 Record": (
            ("类别", "日期", "内容", "说明", "记录人"),
            map(_record, file.records),
        ),
        "特长 Skills": (
            ("特长", "证明", "核验人"),
            ((row["skill"], row["proof"], row["seen_by"]) for row in file.skills),
        ),
        "申诉 Appeals": (("日期", "内容", "状态", "结果", "理由"), map(_appeal, file.appeals)),
    }


def _entry(row: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Cell, ...]:
    asked, booked = row["asked"] / 10, row["tenths"] / 10
    item, cut = names.get(row["item"], row["item"]), "封顶" if asked != booked else ""
    return day_text(row["day"]), item, asked, booked, cut, row["assessor"], row["reviewer"], row["state"]


def _time(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        day_text(row["starts_at"]),
        row["title"],
        row["kind"],
        row["minutes"] / 60,
        row["confirmed_by"] or "",
    )


def _order(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    what = (row["number"], row["reward_name"], row["quantity"], row["tenths"] / 10, row["state"])
    return day_text(row["ordered_at"]), *what


def _record(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    part = domain.RECORD_PARTS[row["part"]][0]
    return part, day_text(row["day"]), row["title"], row["detail"], row["entered_by"]


def _appeal(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return day_text(row["filed_at"]), row["text"], row["state"], row["outcome"] or "", row["reason"]


def statement_tables(statement: Statement) -> Tables:
    """A statement: balances at both ends, and what moved."""
    money = [
        (name, found.free / 10, found.held / 10, found.debt / 10, found.net / 10)
        for name, found in (("年初 Opening", statement.opening), ("年末 Closing", statement.closing))
    ]
    moved: list[tuple[Cell, ...]] = [
        *(("得分 Earned", line.name, line.count, line.tenths / 10) for line in statement.earned),
        *(("兑换 Spent", line.name, "", line.tenths / 10) for line in statement.spent),
        ("到期 Expired", "", "", statement.expired / 10),
        ("冲正 Reversed", "", "", statement.reversed / 10),
        ("合计 Total", "", "", statement.moved / 10),
    ]
    target = "" if statement.hours_target is None else statement.hours_target
    served: list[tuple[Cell, ...]] = [
        ("年度积分 Score", statement.rank / 10),
        ("服务小时 Hours", statement.minutes / 60),
        ("要求小时 Hours asked for", "免 exempt" if statement.exempt else target),
    ]
    return {
        "余额 Balances": (("", "可用 Free", "已预扣 Held", "欠分 Owed", "合计 Net"), money),
        "本年变动 Movements": (("类别", "项目", "次数", "积分"), moved),
        "年度 The year": (("项目", "内容"), served),
    }


def report_tables(report: Report) -> Tables:
    """A frozen report: its lines, and what it was made by."""
    head = ("名次", "编号", "姓名", "支部", "积分", "小时", "评定")
    rows = [
        (
            row.place,
            row.member,
            row.name,
            row.branch,
            row.tenths / 10,
            row.minutes / 60,
            domain.VERDICTS[row.verdict][0],
        )
        for row in report.rows
    ]
    made: list[tuple[Cell, ...]] = [
        ("编号 Number", report.id),
        ("期间 Period", report.period),
        ("版次 Edition", report.edition),
        ("更正 Corrects", f"{report.corrects or ''} {report.reason}".strip()),
        ("冻结 Frozen", f"{report.made_at.astimezone(CHINA):%Y-%m-%d %H:%M} {report.made_by}"),
        ("积分链 Chain", f"{report.head_seq} {report.head_hash}"),
        ("办法 Rules", f"v{report.rules} {report.text_hash}"),
        ("校验值 SHA-256", report.hash),
        *(("规则 Rule text", line) for line in report.text.splitlines()),
    ]
    return {
        f"{domain.REPORT_KINDS[report.kind][0]} {report.period}": (head, rows),
        "依据 Basis": (("项目", "内容"), made),
    }


def _summary(file: MemberFile) -> list[tuple[Cell, Cell]]:
    balance = file.balance
    return [
        ("编号 Number", file.member.member),
        ("姓名 Name", file.member.name),
        ("支部 Branch", file.member.branch),
        ("状态 State", domain.MEMBER_STATES[file.member.state][0]),
        (f"{file.year} 年度积分 Score", balance.rank / 10),
        ("可用 Free", balance.free / 10),
        ("已预扣 Held", balance.held / 10),
        ("欠分 Owed", balance.debt / 10),
        ("累计服务小时 Hours", file.minutes / 60),
    ]


def day_text(value: dt.datetime | dt.date) -> str:
    local = value.astimezone(CHINA) if isinstance(value, dt.datetime) else value
    return f"{local:%Y-%m-%d}"


def evaluation_tables(made: GridEvaluation) -> Tables:
    """A month's evaluation of grids: who gets something, everybody's place, and what it was made by."""
    head = ("名次", "网格", "得分", "等次", "奖补(元)")
    lines = [(row.place, row.grid, row.tenths / 10, row.title, row.yuan) for row in made.rows]
    basis: list[tuple[Cell, ...]] = [
        ("编号 Number", made.id),
        ("办法 Rules", f"v{made.rules} {made.text_hash}"),
        ("评定 Evaluated", f"{made.made_at.astimezone(CHINA):%Y-%m-%d %H:%M} {made.made_by}"),
        ("奖补合计 Total", sum(row.yuan for row in made.rows)),
        ("校验值 SHA-256", made.hash),
    ]
    return {
        "奖补名单": (head, [line for line in lines if line[-1]]),
        f"评定 {made.period}": (head, lines),
        "依据 Basis": (("项目", "内容"), basis),
    }
