"""
marshmallow's messages in two languages, by field name.
"""

from __future__ import annotations

import inspect

import marshmallow
import pytest
from marshmallow import Schema, ValidationError, fields, validate

from whistle.errors import Invalid
from whistle.http.validation import MOST_FIELDS, bilingual, load, strict

UNKNOWN = "不符合要求"


class Person(Schema):
    name = fields.String(required=True)
    phone = fields.String(validate=validate.Length(equal=11))


class Whole(Schema):
    text = fields.String(required=True, validate=validate.Length(min=2, max=4))
    people = fields.List(fields.Nested(Person))
    level = fields.Integer(validate=validate.Range(min=1, max=3))

    @marshmallow.validates_schema
    def check(self, data: dict[str, object], **_: object) -> None:
        if data.get("level") == 2:
            raise ValidationError("二级不可用 / level 2 cannot be used")


def default_messages() -> list[str]:
    """Every message that marshmallow's own fields give, with its names filled in."""
    classes = [cls for _, cls in inspect.getmembers(fields, inspect.isclass) if issubclass(cls, fields.Field)]
    texts = {text for cls in classes for text in getattr(cls, "default_error_messages", {}).values()}
    fixed = [text for text in sorted(map(str, texts)) if "{input}" not in text and "{input!r}" not in text]
    return [
        text.format(obj_type="datetime", awareness=awareness, choices="a, b", input_type="int")
        for text in fixed
        for awareness in ("aware", "naive")
    ]


@pytest.mark.parametrize("message", sorted(set(default_messages())))
def test_every_message_of_marshmallow_has_its_chinese(message: str) -> None:
    """An upgrade that words a message anew is seen here."""
    assert UNKNOWN not in bilingual(message) or "IP" in message


@pytest.mark.parametrize(
    ("validator", "value", "zh"),
    [
        (validate.Length(min=2), "a", "太短，至少 2"),
        (validate.Length(max=2), "abc", "太长，最多 2"),
        (validate.Length(min=2, max=3), "a", "长度应在 2 到 3 之间"),
        (validate.Length(equal=2), "a", "长度应为 2"),
        (validate.Range(min=1), 0, "应不小于 1"),
        (validate.Range(max=9, max_inclusive=False), 9, "应小于 9"),
        (validate.Range(min=1, max=9), 0, "应不小于 1 且不大于 9"),
        (validate.OneOf(["a", "b"]), "c", "应为以下之一：a, b"),
        (validate.ContainsOnly(["a"]), ["b"], "只能选：a"),
        (validate.NoneOf(["a"]), "a", "输入无效"),
        (validate.Equal(3), 4, "应等于 3"),
        (validate.Regexp("a"), "b", "格式不对"),
        (validate.Email(), "b", "应为电子邮件地址"),
        (validate.URL(), "b", "应为网址"),
    ],
)
def test_validators_speak_chinese(validator: validate.Validator, value: object, zh: str) -> None:
    """With the numbers and choices that apply."""
    with pytest.raises(ValidationError) as caught:
        validator(value)
    assert f"{zh} / {caught.value.messages[0]}" == bilingual(str(caught.value.messages[0]))


def test_paths_lead_into_lists_and_objects() -> None:
    """Each error stands under its dotted path; errors of the whole stand under $."""
    with pytest.raises(Invalid) as caught:
        load(
            Whole(),
            {"text": "a", "people": [{"name": "x"}, {"phone": "1", "x": 1}]},
            what_zh="内容",
            what_en="body",
        )
    assert {"text", "people.1.name", "people.1.phone", "people.1.x"} == set(caught.value.fields)
    with pytest.raises(Invalid) as caught:
        load(Whole(), {"text": "abc", "level": 2}, what_zh="内容", what_en="body")
    assert {"$": ["二级不可用 / level 2 cannot be used"]} == caught.value.fields
    with pytest.raises(Invalid) as caught:
        load(Whole(), [], what_zh="内容", what_en="body")
    assert {"$": ["类型不对，应为对象 / Invalid input type."]} == caught.value.fields


def test_a_thousand_wrong_fields_get_a_short_answer() -> None:
    """The answer does not grow with the nonsense."""
    with pytest.raises(Invalid) as caught:
        load(Whole(), {f"x{index}": 1 for index in range(1000)}, what_zh="内容", what_en="body")
    assert MOST_FIELDS == len(caught.value.fields)


def test_lenient_reading_drops_what_it_does_not_know() -> None:
    """For pages, whose links get foreign parameters."""
    assert {"text": "abc"} == load(
        Whole(), {"text": "abc", "utm": "x"}, what_zh="查询", what_en="query", lenient=True
    )


class Tree(Schema):
    n = fields.Integer(allow_none=True)
    x = fields.Float()
    yes = fields.Boolean()
    many = fields.List(fields.Integer())
    named = fields.Dict(keys=fields.String(), values=fields.Integer())
    below = fields.Nested(lambda: Tree(only=("n", "below")))
    person = fields.Nested(Person)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"n": "5"}, "n"),
        ({"n": 5.7}, "n"),
        ({"n": True}, "n"),
        ({"n": 1e-42}, "n"),
        ({"x": "1.5"}, "x"),
        ({"x": False}, "x"),
        ({"yes": "yes"}, "yes"),
        ({"yes": 1}, "yes"),
        ({"many": [1, "2"]}, "many.1"),
        ({"named": {"a": "1"}}, "named.a.value"),
        ({"person": {"name": 5}}, "person.name"),
    ],
)
def test_json_has_types_and_forms_have_texts(data: dict[str, object], wrong: str) -> None:
    """In JSON a text of digits is no number; the same schema reads it from a form."""
    with pytest.raises(Invalid) as caught:
        load(strict(Tree()), data, what_zh="内容", what_en="body")
    assert [wrong] == list(caught.value.fields)
    assert {"n": 5, "x": 1.5, "yes": True} == load(
        Tree(), {"n": "5", "x": "1.5", "yes": "yes"}, what_zh="表单", what_en="form"
    )


def test_right_types_pass() -> None:
    """Whole floats are integers (JSON knows no difference), null where it is allowed."""
    data = {"n": 5.0, "x": 1, "yes": False, "many": [1], "below": {"n": None}}
    assert {"n": 5, "x": 1.0, "yes": False, "many": [1], "below": {"n": None}} == load(
        strict(Tree()), data, what_zh="内容", what_en="body"
    )
