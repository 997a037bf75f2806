"""What each kind of party is shown of a case, and marks that survive copying."""

from __future__ import annotations

import pytest

from whistle.contracts import DispatchRefused, DispatchSent
from whistle.contracts.parties import KINDS, sight_of
from whistle_routing.domain import views
from whistle_routing.domain.views import Privacy

MARK = "0a1b2c3d4e"
TEXT = "我叫张三丰,住3单元502室,电话138****5678,3号楼2单元门口路灯不亮。"


def sent(**changes: object) -> DispatchSent:
    values = {
        **DispatchSent.example,
        "title": "路灯,我是张三丰",
        "text": TEXT,
        "place": "3号楼2单元",
        **changes,
    }
    return DispatchSent.from_wire(values)


def shown(kind: str, **privacy: object) -> DispatchSent:
    found = views.for_party(sent(), kind=kind, privacy=Privacy(**privacy), mark=MARK)  # type: ignore[arg-type]
    assert isinstance(found, DispatchSent)
    return found


@pytest.mark.parametrize(
    "kind", ["property", "water", "contractor", "resident-institution", "lawyer", "something-new"]
)
def test_a_company_sees_place_and_problem_and_not_who_told(kind):
    """No name, no flat, no end of a number; the place of the problem stays."""
    found = shown(kind, callback="138*******8")
    words = f"{found.title}{views.plain(found.text)}"
    assert not [word for word in ("张三丰", "502", "5678") if word in words]
    assert "3号楼2单元门口路灯不亮" in views.plain(found.text)
    assert ("3号楼2单元", "138*******8") == (found.place, found.callback)


@pytest.mark.parametrize(
    ("kind", "privacy"), [("street", {}), ("police", {}), ("property", {"consent": True})]
)
def test_offices_and_whoever_the_resident_agreed_to_see_the_text_as_it_stands(kind, privacy):
    """The street, an office, a property company with consent."""
    assert TEXT == views.plain(shown(kind, **privacy).text)


def test_only_street_and_city_read_a_case_in_which_somebody_is_reported():
    """For all others, also with consent, title, text, place, reasons and number are withheld."""
    readers = {
        kind for kind in (*KINDS, "something-new") if not shown(kind, report=True, consent=True).sealed
    }
    assert {"street", "city"} == readers
    found = shown("discipline", report=True, callback="138*******8")
    assert (views.SEALED_TITLE, views.SEALED_TEXT, None, (), None) == (
        found.title,
        views.plain(found.text),
        found.place,
        found.reasons,
        found.callback,
    )


@pytest.mark.parametrize(
    ("tags", "category", "report"),
    [
        ((), None, False),
        (("检举",), None, True),
        (("物业",), "举报/违建", True),
        (("report",), "其他", True),
        ((), "环境/举报箱破损", False),
    ],
)
def test_a_report_is_known_by_tag_or_category(tags, category, report):
    """By a whole tag, or by how the category begins."""
    assert report == views.is_report(tags, category)


def test_every_responder_kind_of_the_five_districts_is_known():
    """The kinds that the sources name (S0-18, S1-6, S2-7, domain §7), with words in both languages."""
    named = {
        *("community", "street", "department", "police", "urban-management", "justice", "petition-office"),
        *("governance-office", "electricity", "water", "drainage", "heating", "gas", "property"),
        *("owners-committee", "contractor", "resident-institution", "backing-unit", "youth-league"),
        *("womens-federation", "lawyer", "psychologist", "think-tank"),
        *("people-congress", "organisation-department", "work-committee", "party-school"),
    }
    assert set() == named - KINDS.keys()
    assert all(kind.zh and kind.en for kind in KINDS.values())
    assert "problem" == sight_of("no-such-kind")


@pytest.mark.parametrize("text", ["", "路", "路灯", TEXT, "长" * 9000, "带\u200b零宽\u2060字符"])
def test_a_mark_is_invisible_and_comes_back(text):
    """Whatever the text, ten digits in and out; readers see the same text."""
    marked = views.watermark(text, MARK)
    assert [MARK] == views.marks_in(marked)
    assert views.plain(text) == views.plain(marked)


def test_a_copied_half_and_a_written_mark_are_traced():
    """The middle of the text is enough; so is the field itself; other numbers are no marks."""
    marked = views.watermark(TEXT, MARK)
    assert [MARK] == views.marks_in("转发:" + marked[len(marked) // 4 : -len(marked) // 4] + "……")
    assert [MARK] == views.marks_in(f"编号 {MARK.upper()} 的那份")
    assert [] == views.marks_in("0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001 和 26-00421-7")


def test_answers_to_the_partys_own_actions_are_left_as_they_are():
    """They tell nothing about anybody."""
    refused = DispatchRefused.from_wire(DispatchRefused.example)
    assert refused is views.for_party(refused, kind="property", privacy=Privacy(report=True), mark=MARK)
