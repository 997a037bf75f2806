"""Traditional characters become simplified ones, and looking ahead changes nothing but the time."""

from __future__ import annotations

import pytest
import zhconv
from hypothesis import given, settings
from hypothesis import strategies as st
from zhconv.zhconv import getdict

from whistle_intake.simplifying import TARGET, Simplifier

TABLE = sorted(getdict(TARGET))
SHORT = Simplifier()
COMMON = "的一是不了在有我老人路灯小区物业么重以可合新回乾隆干著"


@given(
    st.lists(
        st.sampled_from(TABLE) | st.text(alphabet=COMMON, max_size=6) | st.text(max_size=4), max_size=6
    ).map("".join)
)
@settings(deadline=None, max_examples=300)
def test_the_short_cut_gives_what_the_long_way_gives(text):
    """For every entry of the table, alone and in company."""
    assert zhconv.convert(text, TARGET) == SHORT(text)


def test_every_entry_of_the_table_is_converted():
    """Each by itself, as the long way does it."""
    assert [] == [entry for entry in TABLE if zhconv.convert(entry, TARGET) != SHORT(entry)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3號樓前的路燈三天不亮了", "3号楼前的路灯三天不亮了"),
        ("路灯不亮", "路灯不亮"),
        ("乾隆年間", "乾隆年间"),
        ("", ""),
    ],
)
def test_what_residents_write_is_simplified(text, expected):
    """Mixed as it comes."""
    assert expected == SHORT(text)
