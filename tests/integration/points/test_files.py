"""One file per member (一人一档): as a page in two languages without scripts, and as a spreadsheet."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from docx import Document
from python_calamine import CalamineWorkbook

from tests.integration.points.desk import SCHEME, Desk
from whistle.auth import Principal
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.http.look import style_address
from whistle.http.routes import Request
from whistle_points import domain, exporting, refusals
from whistle_points.domain import Schemes
from whistle_points.pages import front, member, rules
from whistle_points.pages.look import load_look
from whistle_points.rules import Rules
from whistle_points.store import Rank

LOOK = load_look()


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.enrol("m-1")
    desk.call("put_member", {"member": "m-1", "name": "=cmd()", "branch": "<b>一支部</b>"})
    desk.earn(points=3)
    desk.call("put_skill", {"member": "m-1", "skill": "水电"}, by="clerk")
    return desk


def request(language="zh", who="m-1", scope="mawei"):
    return Request(
        method="GET",
        url="/",
        target="/",
        route="/",
        request_id="1",
        remote="127.0.0.1",
        path={"member": who},
        query={"district": None},
        principal=Principal(sub="w", role="worker", scope=scope),
        language=language,
    )


def page(desk, language="zh", **options):
    with desk.database.read() as unit:
        return str(member.show_file(unit, request(language, **options), look=LOOK, tools=desk.tools).body)


def test_the_page_shows_balance_and_says_what_was_cut(desk):
    """No scripts; what people typed is escaped."""
    html = page(desk)

    assert "封顶" in html
    assert "志愿服务" in html
    assert "&lt;b&gt;一支部" in html
    assert "<script" not in html


def test_the_english_page_has_no_chinese_left_but_names(desk):
    """Every text of the template has its translation."""
    words = re.sub(r"<[^>]+>", " ", page(desk, "en"))
    kept = {"中文", "志愿服务", "水电", "一支部"}

    assert set(re.findall(r"[\u4e00-\u9fff]+", words)) <= kept


def test_the_catalogue_has_every_text_and_no_other():
    """A text that is added without its English is seen here."""
    package = resources.files("whistle_points")
    options = {"newstyle_gettext": "true", "extensions": "jinja2.ext.i18n"}
    found = extract_from_dir(
        str(package),
        method_map=[("templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"templates/**.html": options},
    )
    with Path(str(package.joinpath("translations/en/LC_MESSAGES/points.po"))).open("rb") as file:
        catalogue = {entry.id: entry.string for entry in read_po(file) if entry.id}

    assert {one[2] for one in found} == set(catalogue)
    assert all(catalogue.values())


def test_the_spreadsheet_has_a_sheet_for_each_part_and_no_formula(desk):
    """Numbers are numbers, a name that looks like a formula is text."""
    with desk.database.read() as unit:
        body = member.download_file(unit, request(), tools=desk.tools).body
    assert isinstance(body, bytes)
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    summary = {str(row[0]): row[1] for row in book.get_sheet_by_name("概况 Summary").to_python()}
    entries = book.get_sheet_by_name("积分 Entries").to_python()

    assert 7 == len(book.sheet_names)
    assert ("=cmd()", 2.0) == (summary["姓名 Name"], summary["可用 Free"])
    assert [3.0, 2.0, "封顶"] == entries[1][2:5]


def test_the_paper_has_the_same_tables_as_the_spreadsheet(desk):
    """A word processor opens it; a section for each part, and what cannot stand in XML is left out."""
    desk.call("put_member", {"member": "m-1", "name": "张\x08三"})
    with desk.database.read() as unit:
        body = member.download_paper(unit, request(), tools=desk.tools).body
    assert isinstance(body, bytes)
    made = Document(io.BytesIO(body))
    summary = {row.cells[0].text: row.cells[1].text for row in made.tables[0].rows}

    assert 7 == sum(one.style.name == "Heading 1" for one in made.paragraphs)
    assert ("张三", "2") == (summary["姓名 Name"], summary["可用 Free"])
    assert ["志愿服务", "3", "2", "封顶"] == [cell.text for cell in made.tables[1].rows[1].cells[1:5]]


def test_the_front_page_leads_staff_to_a_file_and_shows_residents_no_names(desk):
    """A number that is typed becomes an address; nobody who is not logged in sees the ranking."""
    asked = dataclasses.replace(request(), path={}, query={"district": None, "member": "m-1"})
    looked = dataclasses.replace(asked, query={"district": None, "member": None})
    with desk.database.read() as unit:
        led, staff, anybody = (
            front.show_front(unit, one, look=LOOK, tools=desk.tools)
            for one in (asked, looked, dataclasses.replace(looked, principal=None))
        )
    assert "/points/members/m-1?district=mawei" == led.headers["Location"]
    assert "/points/members/m-1" in str(staff.body)
    assert "m-1" not in str(anybody.body)


def test_a_ranking_names_the_rule_that_it_was_made_by():
    """The hash stands below the list."""
    ranks = [Rank(place=1, member="m-1", name="张三", branch="一支部", tenths=25)]
    body = exporting.ranking_workbook(ranks, period="2026-03", rule="a" * 64)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()

    assert [1.0, "m-1", "张三", "一支部", 2.5] == rows[1]
    assert "a" * 64 in str(rows[2][3])


def test_nobody_sees_the_file_of_an_unknown_member_or_of_another_district(desk):
    """The scope decides."""
    with pytest.raises(refusals.UnknownMember):
        page(desk, who="nobody")
    with pytest.raises(refusals.UnknownMember):
        page(desk, scope="huantai")


def test_everybody_reads_the_rules_of_today_and_of_another_day(desk):
    """What earns how much, by which version, and what is on offer now; a district that nobody knows is told so."""
    later = dataclasses.replace(SCHEME, version=2, name="新办法", valid_from=dt.date(2026, 6, 1))
    tools = dataclasses.replace(
        desk.tools, rules=Rules({"mawei": Schemes((SCHEME, later))}), names={"mawei": "马尾区"}
    )
    for code, values in {"rice": {}, "oil": {"valid_to": "2026-02-01"}}.items():
        desk.call("put_reward", {"code": code, "name": f"商品{code}", "price": 3, "point": "站", **values})

    def show(language="zh", **query):
        asked = dataclasses.replace(
            request(language), principal=None, query={"district": None, "at": None, **query}
        )
        with desk.database.read() as unit:
            return str(rules.show_rules(unit, asked, look=LOOK, tools=tools).body)

    today, ahead = show(), show(at=dt.date(2026, 6, 1))
    with pytest.raises(NotFound):
        show(district="nowhere")

    assert ("马尾积分办法,第 1 版" in today, "新办法,第 2 版" in ahead) == (True, True)
    assert ("商品rice" in today, "商品oil" in today) == (True, False)
    assert "?district=mawei&amp;at=2026-06-01" in today
    words = re.sub(r'<p class="prose".*?</p>|<[^>]+>', " ", show("en"), flags=re.DOTALL)
    assert {"中文", "马尾区", "商品", "站"} >= set(re.findall(r"[\u4e00-\u9fff]+", words))


def test_a_file_has_the_five_parts_of_a_persons_record(desk):
    """五有 (S4-9): duty, training, support, career, rewards and penalties; what was withdrawn stands there no more."""
    parts = list(domain.RECORD_PARTS)
    made = [
        desk.call(
            "post_record", {"member": "m-1", "part": part, "day": "2026-02-01", "title": f"title-{part}"}
        )
        for part in parts
    ]
    before = page(desk)
    desk.call("withdraw_record", {"reason": "误记"}, path={"record": made[1]["id"]})
    after = page(desk)

    assert [True] * 5 == [f"title-{part}" in before for part in parts]
    assert [True, False, True, True, True] == [f"title-{part}" in after for part in parts]
    assert [("withdrawn", "clerk: 误记")] == [
        (one["state"], one["reason"]) for one in desk.read("list_records", part="training")["records"]
    ]


def test_nobody_writes_into_their_own_file_or_of_a_day_ahead(desk):
    """And nothing is withdrawn twice, or by whom it is about."""
    given = {"member": "m-1", "part": "honours", "day": "2026-02-01", "title": "表彰"}
    for who, change, kind in (
        ("m-1", {}, refusals.SamePerson),
        ("clerk", {"day": "2026-03-02"}, Invalid),
        ("clerk", {"member": "nobody"}, refusals.UnknownMember),
    ):
        with pytest.raises(kind):
            desk.call("post_record", {**given, **change}, by=who)
    made = desk.call("post_record", given)
    with pytest.raises(refusals.SamePerson):
        desk.call("withdraw_record", {"reason": "x"}, by="m-1", path={"record": made["id"]})
    desk.call("withdraw_record", {"reason": "x"}, path={"record": made["id"]})
    with pytest.raises(NotAllowedNow):
        desk.call("withdraw_record", {"reason": "x"}, path={"record": made["id"]})
    with pytest.raises(NotFound):
        desk.call("withdraw_record", {"reason": "x"}, path={"record": "nothing"})


def test_the_page_of_a_problem_explains_it():
    """Each refusal has its page, in both languages."""
    for kind in refusals.REFUSALS:
        shown = refusals.explain(
            Request(
                method="GET",
                url="/",
                target="/",
                route="/",
                request_id="1",
                remote="-",
                path={"code": kind.code.partition("/")[2]},
            )
        )
        assert kind.code in str(shown.body)
        assert style_address() in str(shown.body)
        assert kind.code.startswith("points/")
        assert " / " in (kind.__doc__ or ""), kind


def test_expiring_points_are_told_by_month(desk):
    """Of the lots that are open."""
    desk.clock.advance(dt.timedelta(days=1))

    assert "2029-03" in page(desk)
