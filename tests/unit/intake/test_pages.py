"""Pages: both languages, nothing inline, readable by machines that read aloud, light."""

from __future__ import annotations

import dataclasses
import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.unit.intake.made import NOW, case
from tests.unit.intake.pages import (
    EXAMPLES,
    KINDS,
    STAFF,
    Ledger,
    Reading,
    board,
    every_page,
    request,
    show,
    with_timeline,
)
from whistle.http.look import own_language
from whistle.http.routes import ELDER_COOKIE
from whistle_intake.pages import case as case_page
from whistle_intake.pages import front, ledger
from whistle_intake.pages.look import when


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("principal", [None, STAFF])
def test_every_page_is_sound_html_that_a_screen_reader_can_read(look, tools, language, principal):
    """One h1, a language, a skip link, a label for every field, no id twice, every description there."""
    for name, response in every_page(look, tools, language, principal=principal).items():
        page = Reading(response)
        assert (1, []) == (page.tags["h1"], page.open), name
        assert ("html", "lang", "zh-CN" if language == "zh" else "en") in page.attributes, name
        assert ("a", "href", "#main") in page.attributes, name
        assert {field["id"] for field in page.fields} <= page.labels, name
        assert sorted(set(page.ids)) == sorted(page.ids), name
        described = {
            one
            for _tag, key, value in page.attributes
            if key in ("aria-describedby", "aria-labelledby")
            for one in value.split()
        }
        assert described <= set(page.ids), name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_has_anything_inline_or_foreign(look, tools, language):
    """The server's policy is default-src 'self': inline styles and scripts would not run, other hosts would not load."""
    for name, response in every_page(look, tools, language, principal=STAFF).items():
        page = Reading(response)
        assert 0 == page.tags["script"] + page.tags["style"] + page.tags["iframe"], name
        assert not [one for one in page.attributes if one[1] == "style" or one[1].startswith("on")], name
        links = [value for _tag, key, value in page.attributes if key in ("href", "src", "action")]
        assert not [link for link in links if not re.match(r"/(?!/)|#|\?", link)], name


def test_english_pages_have_no_chinese_left(look, tools):
    """Every text of the templates has its translation; what residents and parties wrote stays as it is."""
    for name, response in every_page(look, tools, "en").items():
        page = Reading(response)
        kept = "中文" + "".join(part for kind in KINDS for part in map(str, EXAMPLES[kind].values()))
        foreign = [word for word in re.findall(r"[\u4e00-\u9fff]+", page.words) if word not in kept]
        assert [] == foreign, name


def test_the_english_catalogue_has_every_text_and_no_other():
    """A text that is added without its English is seen here."""
    package = resources.files("whistle_intake")
    options = {"newstyle_gettext": "true", "extensions": "jinja2.ext.i18n"}
    texts = {
        found[2]
        for found in extract_from_dir(
            str(package),
            method_map=[("templates/**.html", "jinja2.ext:babel_extract")],
            options_map={"templates/**.html": options},
        )
    }
    source = Path(str(package.joinpath("translations/en/LC_MESSAGES/intake.po")))
    with source.open("rb") as file:
        catalogue = {entry.id: entry.string for entry in read_po(file) if entry.id}
    assert texts == set(catalogue)
    assert [] == [text for text, english in catalogue.items() if not english]
    holes = re.compile(r"%\(\w+\)s")
    assert [] == [
        text
        for text, english in catalogue.items()
        if sorted(holes.findall(str(text))) != sorted(holes.findall(str(english)))
    ]


@pytest.mark.parametrize(
    ("state", "staff", "rate", "answer"),
    [
        ("filed", True, False, False),
        ("handling", True, False, False),
        ("resolved", False, False, False),
        ("resolved", True, False, True),
        ("answered", False, True, False),
        ("answered", True, True, True),
        ("closed", True, False, False),
        ("reopened", True, False, False),
    ],
)
def test_only_what_is_possible_now_is_offered(look, tools, state, staff, rate, answer):
    """The rating form when answered; the answer form for staff when resolved or answered."""
    page = show(look, tools, state=state, staff=staff, answer="done", answer_way="letter")
    actions = {value for tag, key, value in page.attributes if (tag, key) == ("form", "action")}
    assert (rate, answer) == ("/cases/26-00001-0/rating" in actions, "/cases/26-00001-0/answer" in actions)


@pytest.mark.parametrize(
    ("state", "here"),
    [
        ("filed", "征集"),
        ("assigned", "分理"),
        ("reopened", "分理"),
        ("handling", "督办"),
        ("resolved", "督办"),
        ("answered", "反馈"),
        ("closed", "反馈"),
    ],
)
def test_the_four_phases_tell_where_a_case_is(look, tools, state, here):
    """征集—分理—督办—反馈 (S0-15), with the present one marked for screen readers too."""
    page = show(look, tools, state=state, answer="done", answer_way="letter")
    found = re.search(r'aria-current="step">([^<]+)<', page.source)
    assert found is not None
    assert here == found[1].strip()


def test_a_timeline_that_was_tampered_with_says_so(look, tools):
    """The page checks the chain each time it is shown."""
    shown, entries = with_timeline(["case.closed"])
    entries[0] = dataclasses.replace(entries[0], actor="somebody else")
    page = Reading(case_page._case(Ledger(entries=entries), request(), shown, look=look, tools=tools))
    assert "第 1 条记录与校验不符" in page.words


def test_larger_text_is_chosen_once_and_remembered(look, tools):
    """长辈版: by the link, then by cookie, and back again."""
    chosen = case_page.show_lookup(request(query={"elder": "1"}), look=look)
    assert [(ELDER_COOKIE, "1")] == [(cookie.name, cookie.value) for cookie in chosen.cookies]
    assert ("html", "class", "elder") in Reading(chosen).attributes
    remembered = case_page.show_lookup(request(cookies={ELDER_COOKIE: "1"}), look=look)
    assert ("html", "class", "elder") in Reading(remembered).attributes
    back = case_page.show_lookup(request(query={"elder": "0"}, cookies={ELDER_COOKIE: "1"}), look=look)
    assert ("html", "class", "elder") not in Reading(back).attributes


def test_a_change_of_language_keeps_the_residents_link(look, tools):
    """Otherwise the page would ask for the phone's digits."""
    page = show(look, tools)
    assert ("a", "href", "/cases/26-00001-0?link=l&lang=en") in page.attributes


def test_a_full_page_of_the_ledger_is_light(look, tools):
    """Below 300 kB also with the longest titles."""
    cases = [
        case(serial=number, title="很" * 300, category="类" * 100, due_at=NOW, state="handling")
        for number in range(40)
    ]
    response = ledger.show_ledger(Ledger(cases), request(principal=STAFF), look=look, tools=tools)
    assert isinstance(response.body, str)
    style = resources.files("whistle.http").joinpath("static/whistle.css").read_bytes()
    assert len(response.body.encode()) + len(style) < 300_000
    assert len(style.splitlines()) <= 300


def test_the_ledger_leads_on_below_the_last_case_shown(look, tools):
    """Paging is by serial number, and keeps the filter."""
    cases = [case(serial=100 - number) for number in range(40)]
    asked = request(principal=STAFF, query={"district": "mawei", "state": "filed"})
    page = Reading(ledger.show_ledger(Ledger(cases), asked, look=look, tools=tools))
    assert ("a", "href", "?district=mawei&state=filed&before=71") in page.attributes


def test_the_board_is_read_at_most_every_ten_seconds(look, tools):
    """However many people look."""
    unit, seen = Ledger(), board()
    for _ in range(5):
        front.show_now(unit, request(), look=look, tools=tools, board=seen)
    assert 1 == unit.asked
    unit.now = NOW + front.FRESH
    front.show_now(unit, request(), look=look, tools=tools, board=seen)
    assert 2 == unit.asked


@pytest.mark.parametrize(("language", "text"), [("zh", "2026年11月22日 16:00"), ("en", "22 Nov 2026, 16:00")])
def test_times_are_chinas_whatever_the_machine_thinks(language, text):
    """Residents read their own time."""
    assert text == when(NOW, language)
    assert text == when(NOW.isoformat(), language)


@pytest.mark.parametrize(
    ("message", "language", "text"),
    [
        ("必填 / required", "zh", "必填"),
        ("必填 / required", "en", "required"),
        ("必填", "en", "必填"),
        ("a / b / c", "en", "b / c"),
    ],
)
def test_a_message_in_both_languages_is_shown_in_the_readers(message, language, text):
    """Errors come as 中文 / English."""
    assert text == own_language(message, language)
