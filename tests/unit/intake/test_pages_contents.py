"""What pages say of a case: every event in plain words, everything escaped, nobody's number."""

from __future__ import annotations

import dataclasses

import pytest

from tests.unit.intake.made import NOW, case
from tests.unit.intake.pages import (
    HOSTILE,
    KINDS,
    STAFF,
    Ledger,
    Reading,
    board,
    request,
    show,
    with_timeline,
)
from whistle.privacy import KeyRing
from whistle_intake.domain import Entry, Result, record
from whistle_intake.pages import case as case_page
from whistle_intake.pages import filing, front, ledger


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_event_is_told_in_plain_words(look, tools, kind, language):
    """No code of ours is shown to a resident."""
    page = show(look, tools, language, kinds=[kind])
    assert kind not in page.words
    assert "None" not in page.words


def test_an_event_of_a_later_version_does_not_break_the_page(look, tools):
    """A kind that is not known yet is shown by its name."""
    shown, entry = record(
        case(), Entry(case_no="", seq=0, at=NOW, kind="case.merged", actor="x", data={"into": "26-00002-9"})
    )
    response = case_page._case(Ledger(entries=[entry]), request(), shown, look=look, tools=tools)
    assert "case.merged" in Reading(response).words


def test_parties_are_called_by_name_once_a_dispatch_has_told_it(look, tools):
    """Actions name a party by its id only."""
    page = show(look, tools, kinds=["dispatch.sent", "dispatch.signed", "whistle.blown"])
    assert "区供电所 已签收，负责人 张工。" in page.words
    assert "已吹哨：区供电所 牵头，property-xingfu 一起办。" in page.words


def test_a_rating_by_staff_never_looks_like_the_residents(look, tools):
    """The form says that it is recorded on behalf, and so does the timeline, with the name; the resident's own stay as they are."""
    shown = {"state": "answered", "answer": "好了", "answer_way": "letter"}
    staff, resident = (show(look, tools, staff=one, **shown).words for one in (True, False))
    assert ("代录回访评价" in staff, "请您评价" in staff) == (True, False)
    assert ("代录" in resident, "请您评价" in resident) == (False, True)
    told = Entry(case_no="", seq=0, at=NOW, kind="case.rated", actor="Wang Li", data={"rating": "satisfied"})
    for data, line in (
        ({}, "评价：满意。"),
        ({"on_behalf": "worker"}, "评价：满意（回访，工作人员代录：Wang Li）。"),
    ):
        rated, entry = record(case(), dataclasses.replace(told, data={**told.data, **data}))
        page = case_page._case(Ledger(entries=[entry]), request(), rated, look=look, tools=tools)
        assert line in Reading(page).words


def test_results_are_told_without_vetoed_ones_and_staff_reads_whose_they_are(look, tools):
    """A case from before results were kept one by one still shows its text."""
    said = [
        ("d1", "power-bureau", 2, "没修好"),
        ("d2", "water", 2, "水管已接"),
        ("d1", "power-bureau", 5, "灯已换"),
    ]
    results = [Result(dispatch=one, party=party, version=at, text=text) for one, party, at, text in said]
    results.insert(1, Result(dispatch="d1", party="power-bureau", version=4, vetoed=True))
    shown = {"state": "resolved", "result": "老的写法", "results": tuple(results), "kinds": ["dispatch.sent"]}
    staff, resident = (show(look, tools, staff=one, **shown).words for one in (True, False))
    assert "办理结果 water：水管已接 区供电所：灯已换" in staff
    assert "办理结果 水管已接 灯已换" in resident
    assert "没修好" not in staff + resident
    assert "办理结果 老的写法" in show(look, tools, **{**shown, "results": ()}).words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_people_write_is_shown_and_never_executed(look, tools, language):
    """Title, text, place, party, reasons, answers, names: every one of them may be hostile."""
    hostile = {
        "title": HOSTILE,
        "text": HOSTILE,
        "place": HOSTILE,
        "party_name": HOSTILE,
        "category": HOSTILE,
        "grid": HOSTILE,
    }
    shown, entries = with_timeline(
        ["dispatch.sent", "dispatch.reported"],
        state="answered",
        answer=HOSTILE,
        answer_way="letter",
        **hostile,
    )
    entries = [
        dataclasses.replace(
            one,
            data={**one.data, "party_name": HOSTILE, "text": HOSTILE, "by": HOSTILE, "reasons": [HOSTILE]},
        )
        for one in entries
    ]
    who = dataclasses.replace(STAFF, sub=HOSTILE)
    unit, asked = (
        Ledger([shown], entries),
        request(language, principal=who, payload={"comment": HOSTILE, "rating": HOSTILE}),
    )
    hostile_tools = dataclasses.replace(tools, districts={"mawei": HOSTILE})
    for response in (
        case_page._case(unit, asked, shown, look=look, tools=hostile_tools, link=HOSTILE),
        ledger.show_ledger(unit, asked, look=look, tools=hostile_tools),
        filing._form(
            asked,
            {"text": HOSTILE, "token": HOSTILE, "contact": {"phone": HOSTILE}},
            {"text": [HOSTILE]},
            look=look,
            tools=hostile_tools,
        ),
        case_page._lookup(asked, {"no": HOSTILE, "tail": HOSTILE}, {"no": [HOSTILE]}, look=look),
        front.show_now(unit, asked, look=look, tools=hostile_tools, board=board()),
    ):
        page = Reading(response)
        assert (0, 0) == (page.tags["script"], page.tags["img"])
        assert "<script" not in page.source
        assert not [one for one in page.attributes if one[1].startswith("on")]


def test_phone_numbers_are_masked_on_every_page_of_a_case(look, tools):
    """In what the resident wrote, in what parties reported, in the answer."""
    number = "13812345678"
    page = show(
        look,
        tools,
        text=f"请打 {number}",
        title=f"电话 {number}",
        place=number,
        state="answered",
        answer=number,
        answer_way="letter",
        staff=True,
        contact=tools.keys.seal({"phone": number, "name": "陈阿姨"}),
    )
    assert number not in page.source
    assert "138****5678" in page.words
    assert "陈** 138****5678" in page.words


def test_only_staff_sees_how_the_resident_can_be_reached(look, tools):
    """Whoever has the link sees what happened, not who filed it."""
    sealed = tools.keys.seal({"phone": "13812345678", "name": "陈阿姨"})
    assert "陈" not in show(look, tools, contact=sealed).words


def test_a_contact_that_can_no_longer_be_opened_does_not_break_the_page(look, tools):
    """The secret was changed without keeping the old one."""
    sealed = KeyRing("another secret").seal({"phone": "13812345678"})
    assert "联系人" not in show(look, tools, contact=sealed, staff=True).words
