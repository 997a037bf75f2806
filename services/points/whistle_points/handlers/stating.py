"""
Statements of a year: made from the ledger, by what had taken effect at both ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from whistle.errors import NotAllowedNow
from whistle_points import domain
from whistle_points.domain import Funds, Member, Statement
from whistle_points.handlers.claiming import member_of
from whistle_points.handlers.periods import days_of_past
from whistle_points.store import (
    PointsUnit,
    Year,
    funds_of,
    members_after,
    read_year,
    scores,
    served,
    stored_head,
)
from whistle_points.tools import Tools

AT_ONCE = 200


def statements(
    unit: PointsUnit, who: Collection[str], *, scheme: str, year: int, by: str, tools: Tools
) -> list[Statement]:
    """
    The statements of these members for a year that is over.

    Raises:
        Invalid: it is not over. UnknownMember. NotAllowedNow: the books do not add up; ``whistle points verify`` says where.
    """
    first, last = days_of_past(f"{year:04}", today=domain.day_of(unit.now))
    unit.members.preload(domain.member_key(scheme, member) for member in who)
    known = [member_of(unit, scheme, member) for member in who]
    frame = _frame(unit, scheme, year, last=last, by=by, tools=tools)
    ranks = scores(unit, scheme=scheme, first=first, last=last, until=frame.head_seq, who=who)
    minutes = served(unit, scheme=scheme, first=first, last=last, who=who)
    begin, end = domain.midnight(first), domain.midnight(last + dt.timedelta(days=1))
    years = read_year(unit, scheme=scheme, who=who, begin=begin, end=end)
    names = {
        item.id: item.name for version in tools.rules.of(scheme).versions for item in version.items.values()
    }
    made = []
    for one in known:
        found = replace(
            _filled(frame, one, years[one.member], names),
            exempt=one.exempt_until is not None and one.exempt_until >= last,
            rank=ranks.get(one.member, 0),
            minutes=minutes.get(one.member, 0),
        )
        made.append(_checked(found))
    return made


def all_statements(unit: PointsUnit, *, scheme: str, year: int, by: str, tools: Tools) -> Iterator[Statement]:
    """The statements of everybody on the roll, by number. Raises as :func:`statements`."""
    after = ""
    while who := members_after(unit, scheme=scheme, after=after, limit=AT_ONCE):
        yield from statements(unit, who, scheme=scheme, year=year, by=by, tools=tools)
        after = who[-1]


def _frame(unit: PointsUnit, scheme: str, year: int, *, last: dt.date, by: str, tools: Tools) -> Statement:
    """What the statements of all members have in common."""
    head_seq, head_hash = stored_head(unit, scheme)
    return Statement(
        scheme=scheme,
        district=tools.names.get(scheme, scheme),
        member="",
        name="",
        branch="",
        year=year,
        opening=Funds(),
        earned=(),
        spent=(),
        expired=0,
        reversed=0,
        closing=Funds(),
        rank=0,
        minutes=0,
        hours_target=tools.rules.at(scheme, last).hours_target,
        exempt=False,
        head_seq=head_seq,
        head_hash=head_hash,
        made_at=unit.now,
        made_by=by,
    )


def _filled(frame: Statement, member: Member, year: Year, names: Mapping[str, str]) -> Statement:
    return replace(
        frame,
        member=member.member,
        name=member.name,
        branch=member.branch,
        opening=funds_of(year.opening),
        earned=tuple(replace(line, name=names.get(line.code, line.code)) for line in year.earned),
        spent=tuple(year.spent),
        expired=year.kinds.get(domain.EXPIRE, 0),
        reversed=year.kinds.get(domain.REVERSAL, 0),
        closing=funds_of(year.closing),
    )


def _checked(statement: Statement) -> Statement:
    if not statement.adds_up:
        raise NotAllowedNow(
            f"党员 {statement.member} 的账目不平,请先运行 whistle points verify",
            f"the books of member {statement.member} do not add up: run whistle points verify first",
            member=statement.member,
        )
    return statement
