"""Bodies and forms: what is wrong is told by field, in words for whoever typed it."""

from __future__ import annotations

import pytest

from whistle.errors import Invalid
from whistle.http.validation import load
from whistle_intake.domain import ANSWER_WAYS, DOORS, RATINGS
from whistle_intake.schemas import AnswerForm, FilingBody, FilingForm, LookupForm, RatingBody, RatingForm

FILING = {"district": "mawei", "text": "路灯不亮"}


def wrong_fields(schema, body):
    with pytest.raises(Invalid) as caught:
        load(schema, body, what_zh="内容", what_en="body")
    return caught.value.fields


def test_the_smallest_filing_comes_through_the_public_door():
    """District and text are enough."""
    filing = load(FilingBody(), FILING, what_zh="内容", what_en="body")
    assert ("mawei", "路灯不亮", "platform", ()) == (filing.district, filing.text, filing.door, filing.tags)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "啊"}, "text"),
        ({"text": "很" * 8001}, "text"),
        ({"text": 5}, "text"),
        ({"text": None}, "text"),
        ({"title": ""}, "title"),
        ({"title": "很" * 201}, "title"),
        ({"district": "x" * 41}, "district"),
        ({"door": "window"}, "door"),
        ({"place": "很" * 301}, "place"),
        ({"grid": "3" * 41}, "grid"),
        ({"tags": "老人"}, "tags"),
        ({"tags": ["x"] * 21}, "tags"),
        ({"contact": {"phone": "abc"}}, "contact.phone"),
        ({"contact": {"phone": "138\n1234567"}}, "contact.phone"),
        ({"contact": {"email": "nobody"}}, "contact.email"),
        ({"contact": {"name": "很" * 51}}, "contact.name"),
        ({"contact": {"fax": "1"}}, "contact.fax"),
        ({"contact": "13812345678"}, "contact"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_filing_is_answered_by_the_name_of_the_field(change, field):
    """One wrong field, one reason, in both languages."""
    fields = wrong_fields(FilingBody(), {**FILING, **change})
    assert [field] == list(fields)
    assert all(" / " in reason for reason in fields[field])


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_taken(door):
    """Seventeen doors make the same case (S1-8)."""
    assert door == load(FilingBody(), {**FILING, "door": door}, what_zh="", what_en="").door


@pytest.mark.parametrize("tail", ["123", "12345", "12a4", "1234\n", "１２３４"])
def test_a_phone_tail_is_four_plain_digits(tail):
    """Anything else is refused before a case is looked for."""
    assert ["tail"] == list(wrong_fields(RatingBody(), {"rating": "satisfied", "tail": tail}))
    assert ["tail"] == list(wrong_fields(LookupForm(), {"no": "26-00001-0", "tail": tail}))


@pytest.mark.parametrize("rating", RATINGS)
def test_each_of_the_five_ratings_is_taken(rating):
    """好差评 has five levels."""
    assert rating == load(RatingForm(), {"rating": rating}, what_zh="", what_en="")["rating"]


@pytest.mark.parametrize("way", ANSWER_WAYS)
def test_each_of_the_six_ways_to_answer_is_taken(way):
    """S1-12 has six."""
    assert way == load(AnswerForm(), {"way": way, "text": "修好了"}, what_zh="", what_en="")["way"]


@pytest.mark.parametrize(
    ("schema", "body", "field", "reason"),
    [
        (FilingForm(), {"token": "t" * 22}, "text", "请写明什么事 / say what is the matter"),
        (FilingForm(), {"token": "t" * 22}, "district", "请选择哪个区 / choose the district"),
        (
            FilingForm(),
            {**FILING, "token": "t" * 22, "contact": {"phone": "12"}},
            "contact.phone",
            "手机号应为 6 到 20 位数字 / the phone must have 6 to 20 digits",
        ),
        (RatingForm(), {}, "rating", "请选择一项 / choose one"),
        (RatingForm(), {"rating": "so-so"}, "rating", "请选择一项 / choose one"),
        (AnswerForm(), {"text": "x"}, "way", "请选择一种方式 / choose a way"),
        (AnswerForm(), {"way": "letter"}, "text", "请写答复内容 / write the answer"),
        (LookupForm(), {}, "no", "请填写编号 / enter the number"),
    ],
)
def test_forms_speak_to_residents(schema, body, field, reason):
    """Not of missing data for required fields."""
    assert [reason] == wrong_fields(schema, body)[field]


def test_a_public_form_takes_no_source_and_no_tags():
    """They are for other doors."""
    body = {**FILING, "token": "t" * 22, "source_ref": "x", "tags": ["x"]}
    assert {"source_ref", "tags"} == set(wrong_fields(FilingForm(), body))
