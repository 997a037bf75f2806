"""Texts: a template gets the facts of its purpose and nothing else, and no number of a person leaves whole."""

from __future__ import annotations

import shutil
from zoneinfo import ZoneInfo

import pytest

from whistle.contracts import CaseRated
from whistle.errors import Misconfigured
from whistle_notify import domain
from whistle_notify.domain import PURPOSES
from whistle_notify.texts import FOLDER, Texts

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMMON = {"case_no": "26-00421-7", "title": "3号楼路灯不亮", "district": "mawei"}


def facts(purpose):
    changes = {"rating": "dissatisfied"} if purpose.message is CaseRated else {}
    message = purpose.message.from_wire({**purpose.message.example, **changes})
    return {**COMMON, **domain.facts_of(purpose, message)}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.name)
def test_each_purpose_has_a_text_in_both_languages(purpose, language):
    """It renders from the example of its message; what is about a case names it."""
    text = Texts(languages=[language], time_zone=SHANGHAI).render(purpose.name, facts(purpose))

    assert ("26-00421-7" in text) or purpose.message.name.startswith(("points.", "sitting."))
    assert text
    assert "{" not in text


def test_times_are_told_in_the_citys_zone():
    """02:00 UTC is ten o'clock in Fuzhou."""
    texts = Texts(languages=["zh"], time_zone=SHANGHAI)
    told = texts.render(
        "assignment", {**COMMON, "party_name": "区供电所", "due_at": "2026-11-24T02:00:00+00:00"}
    )

    assert "您的诉求 26-00421-7 已由区供电所承办，预计 11月24日 10:00 前办结。" == told


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        ("review", "审核", "the review"),
        ("ruling", "裁定", "the ruling"),
        ("handle", "办理并上报", "your report"),
    ],
)
def test_who_is_late_is_told_with_what(kind, zh, en):
    """Who decides on a return or on more time has nothing to report."""
    late = {**COMMON, "due_at": "2026-11-24T02:00:00+00:00", "kind": kind}
    for language, word in (("zh", f"前{zh}"), ("en", en)):
        assert word in Texts(languages=[language], time_zone=SHANGHAI).render("overdue", late)


def test_two_languages_make_two_paragraphs():
    """Chinese first, as configured."""
    told = Texts(languages=["zh", "en"], time_zone=SHANGHAI).render("reopened", COMMON)

    assert ["您的诉求", "Your req"] == [line[:4] if line[0] > "z" else line[:8] for line in told.splitlines()]


@pytest.mark.parametrize(
    ("wrote", "left"),
    [
        ("请联系张三13812345678", "138****5678"),
        ("身份证350105199001011234", "350105********1234"),
        ("座机0591-83681234", "0591-****1234"),
    ],
)
def test_numbers_of_people_leave_masked(wrote, left):
    """Whatever a clerk wrote into the answer."""
    texts = Texts(languages=["zh"], time_zone=SHANGHAI)
    told = texts.render("answer", {**COMMON, "way": "platform", "text": wrote})

    assert left in told
    assert wrote not in told


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("{{ contact }}", "contact"),
        ("{{ title }} {{ text }}", "text"),
        ("{% if %}", "receipt.txt"),
        (None, "receipt.txt"),
    ],
    ids=["contact", "foreign-fact", "broken", "missing"],
)
def test_a_template_that_may_not_be_stops_the_start(tmp_path, source, complaint):
    """The message names the file and what it asks for."""
    folder = shutil.copytree(FOLDER, tmp_path / "templates")
    if source is None:
        (folder / "zh/receipt.txt").unlink()
    else:
        (folder / "zh/receipt.txt").write_text(source, encoding="utf-8")

    with pytest.raises(Misconfigured) as refused:
        Texts(languages=["zh"], time_zone=SHANGHAI, folder=folder)
    assert complaint in refused.value.en


def test_a_template_cannot_reach_into_the_process(tmp_path):
    """The sandbox stops what the check of names does not see."""
    folder = shutil.copytree(FOLDER, tmp_path / "templates")
    (folder / "zh/receipt.txt").write_text("{{ title.__class__.__mro__ }}", encoding="utf-8")
    texts = Texts(languages=["zh"], time_zone=SHANGHAI, folder=folder)

    with pytest.raises(Exception, match="unsafe"):
        texts.render("receipt", COMMON)
