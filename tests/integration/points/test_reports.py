"""Frozen rankings and public lists: made once, the same for ever, put right only by a new edition."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from tests.integration.points.desk import Desk
from whistle.auth import Principal
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.http.routes import Request
from whistle.storage import run_together
from whistle_points.pages import front
from whistle_points.pages import reports as pages
from whistle_points.pages.look import load_look
from whistle_points.store import reports, verify

LOOK = load_look()
WORKER = Principal(sub="w", role="worker", scope="mawei")


@pytest.fixture
def desk(database):
    """March is over: two earned in it, one of them is under investigation."""
    desk = Desk(database)
    desk.enrol("m-1", "m-2", "m-3")
    for member, points in (("m-1", 2), ("m-2", 1)):
        desk.earn(member, points=points)
    desk.call("put_member", {"member": "m-2", "state": "blocked", "reason": "立案"})
    desk.clock.advance(dt.timedelta(days=40))
    return desk


def freeze(desk, kind="ranking", **body):
    return desk.call("post_report", {"kind": kind, "period": "2026-03", **body}, by="secretary")


def page(desk, report, show, *, principal=None, language="zh"):
    asked = Request(
        method="GET",
        url="/",
        target="/",
        route="/",
        request_id="1",
        remote="127.0.0.1",
        path={"report": report},
        query={"district": None},
        principal=principal,
        language=language,
    )
    with desk.database.read() as unit:
        return str(show(unit, asked, look=LOOK, tools=desk.tools).body)


def differences(desk):
    with desk.database.read() as unit:
        return verify(unit)


def test_a_frozen_ranking_does_not_change_when_points_are_taken_back(desk):
    """The ranking of today does; a correction is a new edition that names the old one and says why."""
    made = freeze(desk)
    award = desk.earn("m-3", points=2, day=dt.date(2026, 3, 2))
    told = desk.read("show_ranking", period="2026-03")
    again = desk.read("show_report", path={"report": made["id"]})
    assert [("m-1", 20), ("m-2", 10)] == [(row["member"], row["tenths"]) for row in again["rows"]]
    assert ["commended", "blocked"] == [row["verdict"] for row in made["rows"]]
    assert {"m-1", "m-2", "m-3"} == {row["member"] for row in told["ranks"]}

    second = freeze(desk, corrects=made["id"], reason="补录")
    desk.call("reverse", {"reason": "wrong"}, path={"transfer": award["id"]})
    assert (2, made["id"], 3) == (second["edition"], second["corrects"], len(second["rows"]))
    assert made == {**desk.read("show_report", path={"report": made["id"]})}
    assert [] == differences(desk)


def test_a_period_is_frozen_once_and_corrected_only_by_name_and_with_a_reason(desk):
    """What is not over, not there or not said is refused."""
    with pytest.raises(NotFound):
        freeze(desk, corrects="nothing", reason="x")
    made = freeze(desk)
    with pytest.raises(NotAllowedNow) as there_is_one:
        freeze(desk)
    with pytest.raises(Invalid):
        freeze(desk, corrects=made["id"])
    with pytest.raises(Invalid):
        desk.call("post_report", {"kind": "ranking", "period": "2026"})

    assert made["id"] == there_is_one.value.detail["report"]
    assert 1 == len(desk.read("list_reports")["reports"])


def test_of_two_who_freeze_at_once_one_is_told_of_the_other(desk):
    """In one batch, as the server runs them."""
    jobs = [desk.job("post_report", {"kind": "ranking", "period": "2026-03"}) for _ in range(2)]
    results = run_together(desk.database, jobs)

    assert [True, False] == sorted((results[job].error is None for job in jobs), reverse=True)
    assert 1 == len(desk.read("list_reports")["reports"])


@pytest.mark.parametrize("kind", ["ranking", "public"])
def test_verify_names_the_report_and_the_row_that_was_changed(desk, kind):
    """A score that is raised by hand is found by the hash and by the chain."""
    made = freeze(desk, kind)
    with desk.database.write() as unit:
        rows = unit.connection.scalar(sa.select(reports.c.rows))
        rows[0][4] = 999
        unit.execute(sa.update(reports).values(rows=rows))
    found = [one for one in differences(desk) if made["id"] in one]

    assert ["its content does not give its hash", "row 1 m-1 says 999, the chain gives 20"] == [
        one.partition(": ")[2] for one in found
    ]
    assert "内容与校验值不符" in page(desk, made["id"], pages.show_report, principal=WORKER)


def test_everybody_reads_the_public_list_and_nobody_the_ranking(desk):
    """Names are masked, numbers are not shown, who is under investigation is not listed; the ranking needs a login."""
    ranking, public = freeze(desk), freeze(desk, "public")
    html = page(desk, public["id"], pages.show_list)

    assert "党**" in html
    assert not {"m-1", "m-2", "党员m"} & set(re.findall(r"\bm-\d|党员m", html))
    assert public["hash"] in html
    with pytest.raises(NotFound):
        page(desk, ranking["id"], pages.show_list)


def test_the_newest_quarter_without_a_public_list_is_due(desk):
    """A duty with a clock, until the list is there."""
    due = desk.read("list_reports")["due"]
    desk.call("post_report", {"kind": "public", "period": due["period"]})

    assert ("2026-Q1", 10) == (due["period"], due["days"])
    assert desk.read("list_reports")["due"] is None


def test_pages_lead_from_the_front_to_the_list_and_from_an_old_edition_to_the_new(desk):
    """In English nothing of the page's own words is Chinese."""
    old = freeze(desk, "public")
    new = freeze(desk, "public", corrects=old["id"], reason="late entry")
    english = page(desk, old["id"], pages.show_list, language="en")
    words = re.sub(r'<p class="prose".*?</p>|<[^>]+>', " ", english, flags=re.DOTALL)

    def show(unit, asked, **options):
        asked.query["member"] = None
        return front.show_front(unit, asked, **options)

    assert f"/points/lists/{new['id']}" in page(desk, old["id"], pages.show_list)
    assert f"/points/lists/{new['id']}" in page(desk, "", show)
    assert {"中文", "党"} >= set(re.findall(r"[\u4e00-\u9fff]+", words))


def test_all_public_lists_are_paged_and_a_district_has_its_own(desk):
    """Newest first, without a login."""
    for period in ("2025", "2026-Q1", "2026-03"):
        desk.call("post_report", {"kind": "public", "period": period})

    def show(unit, asked, **options):
        asked.query.update(seen)
        return pages.show_lists(unit, asked, **options)

    seen = {"district": "mawei", "after": None}
    first = re.findall(r"/points/lists/([\w-]+)", page(desk, "", show))
    seen["after"] = first[0]
    rest = re.findall(r"/points/lists/([\w-]+)", page(desk, "", show))
    seen.update(district="huantai", after=None)

    assert 3 == len(first)
    assert first[1:] == rest
    assert "暂无" in page(desk, "", show)


def test_the_list_that_is_open_to_appeals_is_a_page_to_be_hung_up(desk):
    """With names, until when somebody may appeal, and its hash; staff only."""
    made = desk.call("post_publication", {"period": "2026-03"})

    def show(unit, asked, **options):
        asked.path["publication"] = made["id"]
        return pages.show_publication(unit, asked, **options)

    html = page(desk, "", show, principal=WORKER)
    words = re.sub(r"<[^>]+>", " ", page(desk, "", show, principal=WORKER, language="en"))

    assert {"党员m-1", "公示中", made["rows_hash"]} == {
        one for one in ("党员m-1", "公示中", made["rows_hash"]) if one in html
    }
    assert {"中文", "党员m"} >= set(re.findall(r"[\u4e00-\u9fff]+m?", words))


def test_the_spreadsheet_of_a_report_has_its_basis(desk):
    """The rule text and the hash go with the list."""
    made = freeze(desk)
    body = desk.read("download_report", path={"report": made["id"]}).body
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    basis = book.get_sheet_by_name("依据 Basis").to_python()

    assert [1.0, "m-1", "党员m-1", "", 2.0, 0.0, "拟表彰"] == book.get_sheet_by_index(0).to_python()[1]
    assert made["hash"] == {row[0]: row[1] for row in basis}["校验值 SHA-256"]
    assert made["text"].splitlines() == [row[1] for row in basis if row[0] == "规则 Rule text"]
