"""The statement of a year: balances equal the ledger at both ends, and whoever changes the file is found out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import io
import json
import re
import zipfile

import pytest
from docx import Document

from tests.integration.points.desk import RULES, SCHEME, Desk
from whistle.errors import Invalid
from whistle_points import handlers, signing
from whistle_points.domain import Schemes, Validity
from whistle_points.pages import statement as pages
from whistle_points.refusals import UnknownMember
from whistle_points.rules import Rules
from whistle_points.signing import Signer
from whistle_points.stating import FORMATS
from whistle_points.store import verify

SIGNER = Signer.of("a secret for tests, long enough and mixed 0123")
OTHER = Signer.of("another secret for tests, as long and mixed 4567")


@pytest.fixture
def desk(database):
    """Two years: earned, spent, taken back after it was spent (a debt), expired; the scheme clears after a year."""
    scheme = dataclasses.replace(SCHEME, validity=Validity(mode="months", months=12), hours_target=10)
    desk = Desk(database, rules=Rules({**RULES.districts, "mawei": Schemes((scheme,))}))
    desk.enrol("m-1", "m-2")
    first = desk.earn(points=2)
    desk.earn(points=2, day=dt.date(2026, 2, 1))
    desk.call("put_reward", {"code": "rice", "name": "大米", "price": 3, "point": "站"})
    desk.call("move_stock", {"reason": "received", "quantity": 3}, path={"reward": "rice"})
    code = desk.call("post_order", {"member": "m-1", "reward": "rice"})["code"]
    desk.call("pick_up", {"code": code, "point": "站"}, by="other")
    desk.call("reverse", {"reason": "重复"}, path={"transfer": first["id"]})
    desk.clock.advance(dt.timedelta(days=365))  # 2027-03-01
    desk.sweep()
    desk.earn(points=2)
    desk.clock.advance(dt.timedelta(days=365))  # 2028-02-29
    desk.sweep()
    return desk


def statement(desk, year, member="m-1"):
    with desk.database.read() as unit:
        return handlers.statements(unit, [member], scheme="mawei", year=year, by="clerk", tools=desk.tools)[0]


def test_every_balance_is_the_ledgers_at_that_moment_and_every_point_has_its_line(desk):
    """What is left of one year is what the next begins with; movements add up to the difference."""
    made = [statement(desk, year) for year in (2025, 2026, 2027)]
    ends = [dt.datetime(year, 12, 31, 15, 59, 59, 999999, tzinfo=dt.UTC) for year in (2025, 2026, 2027)]
    for one, end in zip(made, ends, strict=True):
        known = desk.balance(at=end.isoformat())
        assert (known["free"], known["held"], known["debt"]) == dataclasses.astuple(one.closing)
    assert made[0].closing == made[1].opening
    assert made[1].closing == made[2].opening
    assert [True] * 3 == [one.adds_up for one in made]

    year = made[1]
    assert [("志愿服务", 40, 2)] == [(line.name, line.tenths, line.count) for line in year.earned]
    assert [("大米", -30)] == [(line.name, line.tenths) for line in year.spent]
    assert (-20, 0, -10) == (year.reversed, year.expired, year.closing.net)
    assert (20, 10, False) == (year.rank, year.hours_target, year.exempt)
    with desk.database.read() as unit:
        assert [] == verify(unit)


def test_what_expired_stands_in_the_year_in_which_it_did(desk):
    """Points that last a year and that nobody spent are gone in the next."""
    desk.earn("m-2", points=1)  # on 2028-02-29
    desk.clock.advance(dt.timedelta(days=700))
    desk.sweep()
    year = statement(desk, 2029, "m-2")

    assert (10, -10, 0) == (year.opening.free, year.expired, year.closing.free)


def test_statements_of_all_members_are_those_of_each(desk):
    """Read a page of members at a time."""
    with desk.database.read() as unit:
        many = list(handlers.all_statements(unit, scheme="mawei", year=2026, by="clerk", tools=desk.tools))

    assert [statement(desk, 2026), statement(desk, 2026, "m-2")] == many


def test_a_year_that_is_not_over_and_a_member_nobody_knows_have_no_statement(desk):
    """Each said in its own way."""
    with pytest.raises(Invalid):
        statement(desk, 2028)
    with pytest.raises(UnknownMember):
        statement(desk, 2026, "nobody")


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_signed_file_is_checked_with_the_public_key_alone(desk, form):
    """With another key it is not good, and the file names the key that it was signed with."""
    data = FORMATS[form](statement(desk, 2026), SIGNER)

    assert signing.Checked(whole=True, key=SIGNER.public) == signing.check(data, public=SIGNER.public)
    assert signing.Checked(whole=False, key=SIGNER.public) == signing.check(data, public=OTHER.public)


def test_no_byte_of_a_signed_page_can_be_changed(desk):
    """Neither what is read nor what machines read; what has no signature any more is refused."""
    data = FORMATS["html"](statement(desk, 2026), SIGNER)
    for at in range(0, len(data), 97):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            assert not signing.check(changed, public=SIGNER.public).whole
        except Invalid:
            assert at > data.rindex(b"<!-- ")  # only what breaks the signature itself


def test_a_paper_that_was_edited_or_given_another_part_is_found_out(desk):
    """Also when the signature is put back onto the edited file."""
    data = FORMATS["docx"](statement(desk, 2026), SIGNER)
    edited = Document(io.BytesIO(data))
    edited.tables[0].rows[1].cells[1].text = "999"
    out = io.BytesIO()
    edited.save(out)
    with pytest.raises(Invalid):
        signing.check(out.getvalue(), public=SIGNER.public)
    with zipfile.ZipFile(io.BytesIO(data)) as signed, zipfile.ZipFile(out, "a") as forged:
        forged.comment = signed.comment
    added = io.BytesIO(data)
    with zipfile.ZipFile(added, "a") as archive:
        archive.writestr("word/more.xml", "<x/>")

    assert not signing.check(out.getvalue(), public=SIGNER.public).whole
    assert not signing.check(added.getvalue(), public=SIGNER.public).whole


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"PK\x03\x04" + b"x" * 50, b"<html></html>\n", b"<!-- whistle-statement ed25519 a b -->\n"],
)
def test_a_file_without_a_signature_is_refused(data):
    """Whatever it is."""
    with pytest.raises(Invalid):
        signing.check(data, public=SIGNER.public)


def test_a_key_that_is_none_is_refused(desk):
    """Too short, or not base64."""
    data = FORMATS["html"](statement(desk, 2026), SIGNER)
    for key in ("", "abc", "ä" * 44):
        with pytest.raises(Invalid):
            signing.check(data, public=key)


def test_the_page_shows_the_figures_to_people_and_to_machines(desk):
    """What members typed is escaped; the figures are JSON in the head."""
    desk.call("put_member", {"member": "m-1", "name": '<b>"张三'})
    page = FORMATS["html"](statement(desk, 2026), SIGNER).decode()
    found = re.search(r'<meta name="statement" content="([^"]*)"', page)
    assert found is not None
    figures = json.loads(html.unescape(found[1]))

    assert "<b>" not in page
    assert (2026, 40, 10) == (figures["year"], figures["earned"][0]["tenths"], figures["closing"]["debt"])


def test_over_http_a_statement_is_downloaded_and_checked_by_whoever_has_it(desk):
    """The key and the check need no login."""
    body = desk.read("download_statement_paper", path={"member": "m-1"}, year=2026).body
    key = desk.read("show_statement_key")["key"]

    assert signing.check(body, public=key).whole
    asked = type("Asked", (), {"body": body})()
    assert {"ok": True, "key": key} == pages.check_file(asked, tools=desk.tools)
