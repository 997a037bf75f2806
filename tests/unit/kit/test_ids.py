"""Ids and case numbers."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from whistle.ids import case_number, new_id, read_case_number

NUMBERS = st.builds(case_number, st.integers(2000, 2099), st.integers(0, 9_999_999))


def test_later_ids_sort_behind_earlier_ones():
    """Ten thousand in a row are different, sorted, canonical UUIDv7."""
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {(36, "7")} == {(len(one), one[14]) for one in ids}


def test_the_number_of_the_documentation():
    """Two digits of the year, five of the serial, one to check."""
    assert "26-00421-" == case_number(2026, 421)[:-1]
    assert "26-1234567-" == case_number(2026, 1_234_567)[:-1]


@given(NUMBERS)
def test_a_number_is_read_as_it_was_told(number):
    """And as people type it: without hyphens, with blanks, in full width, with words around."""
    full = str.maketrans("0123456789-", "０１２３４５６７８９－")
    for typed in (
        number,
        number.replace("-", ""),
        f"  {number.replace('-', ' ')} ",
        number.translate(full),
        f"#{number}。",
    ):
        assert number == read_case_number(typed)


@given(NUMBERS, st.data())
def test_every_single_wrong_digit_is_noticed(number, data):
    """Damm: any one digit replaced by any other."""
    place = data.draw(st.sampled_from([at for at, char in enumerate(number) if char != "-"]))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert read_case_number(number[:place] + wrong + number[place + 1 :]) is None


@given(NUMBERS, st.data())
def test_every_swap_of_neighbours_is_noticed(number, data):
    """Damm: any two adjacent digits that differ."""
    digits = number.replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 2))
    assume(digits[place] != digits[place + 1])
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert read_case_number(swapped) is None


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_not(text):
    """Nothing that somebody types raises; what is read is canonical."""
    read = read_case_number(text)
    assert read is None or read == read_case_number(read)


def test_letters_and_short_ones_are_no_numbers():
    """A word with a valid number in it is not silently taken for one."""
    assert [None] * 4 == [read_case_number(text) for text in ("", "26", "x26-00421-7", "00000")]
