"""The text of a PostgreSQL array: the quick way and the careful one say the same."""

from __future__ import annotations

import datetime as dt

import pytest

from whistle.sql.arrays import array_text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "{}"),
        (["a", "", "党员"], '{"a","","党员"}'),
        ([1, -2], '{"1","-2"}'),
        ([True, None], '{"True",NULL}'),
        (["NULL", None], '{"NULL",NULL}'),
        (['a","b'], '{"a\\",\\"b"}'),
        (["a", '"'], '{"a","\\""}'),
        (["\\", "b"], '{"\\\\","b"}'),
        ([dt.datetime(2026, 3, 1, tzinfo=dt.UTC)], '{"2026-03-01 00:00:00+00:00"}'),
    ],
)
def test_every_element_is_quoted_and_escaped_where_it_must_be(values, text):
    """Nothing is taken for NULL, and nothing ends an element early."""
    assert text == array_text(values)
