"""Contact data: never readable where it must not be, and nothing else made unreadable."""

from __future__ import annotations

import unicodedata
import uuid

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from whistle.ids import case_number
from whistle.privacy import KeyRing, mask_phone, mask_text

DIGIT = st.sampled_from("0123456789")
MOBILE = st.builds("1{}{}".format, st.sampled_from("3456789"), st.text(DIGIT, min_size=9, max_size=9))
AROUND = st.text(
    st.characters(exclude_characters="0123456789０１２３４５６７８９", codec="utf-8"), max_size=10
)


@given(before=AROUND, mobile=MOBILE, after=AROUND)
def test_a_mobile_number_is_always_hidden(before, mobile, after):
    """Whatever stands around it, as long as that is neither a digit nor a Latin letter (then it may be an id)."""
    if (before[-1:].isascii() and before[-1:].isalpha()) or (after[:1].isascii() and after[:1].isalpha()):
        return
    masked = mask_text(before + mobile + after)
    assert mobile not in masked
    assert mobile[3:7] + mobile[7:] not in masked


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "电话13812345678。",
        "+8613812345678",
        "+86 138 1234 5678",
        "86-13812345678",
        "138-1234-5678",
        "手机:138 1234 5678",
        "电话-13812345678",
        "电话—13812345678",
        "１３８１２３４５６７８",
        "138－1234－5678",
        "phone=13812345678&x=1",
        '"13812345678"',
        "13812345678/13912345678",
    ],
)
def test_ways_to_write_a_mobile_number(text):
    """With country code, blanks, hyphens, in full width."""
    masked = mask_text(text)
    assert "1234" not in unicodedata.normalize("NFKC", masked)
    assert "****" in masked


@given(st.text(DIGIT, min_size=14, max_size=14), st.sampled_from("0123456789Xx"))
def test_an_identity_number_keeps_neither_birthday_nor_sequence(digits, last):
    """Eighteen digits: place and tail stay, the rest is hidden."""
    number = "350105" + digits[:11] + last
    assert number[6:14] not in mask_text(f"身份证{number},").replace("350105", "")
    assert "********" in mask_text(f"身份证{number},")


@pytest.mark.parametrize("text", ["0591-83681234", "059183681234", "(010)12345678", "010 12345678"])
def test_a_landline_keeps_its_tail_only(text):
    """The middle is hidden."""
    assert "8368" not in mask_text(text)


@given(st.uuids() | st.text(DIGIT, min_size=32, max_size=32).map(lambda digits: uuid.UUID(hex=digits)))
def test_ids_stay_as_they_are(ident):
    """UUIDs of any digits, alone or in a text, are no numbers of people."""
    for text in (
        str(ident),
        f"event {ident} of",
        f"id={ident};",
        f"/whistle/{ident}/x",
        f'{{"id":"{ident}"}}',
    ):
        assert text == mask_text(text)


@given(st.integers(0, 99), st.integers(1, 9_999_999))
def test_case_numbers_stay_as_they_are(year, serial):
    """What a resident is told can be logged."""
    number = case_number(2000 + year, serial)
    assert f"case {number}," == mask_text(f"case {number},")


@pytest.mark.parametrize(
    "text",
    [
        "01a20316-d8c6-74f8-bbf2-c59d9bc73e06",
        "2026-11-22T01:30:00.123456Z",
        "1763779200123",
        "127.0.0.1:15672",
        "350105003001003",
    ],
)
def test_what_is_not_a_number_of_people_stays(text):
    """Ids, times, milliseconds, addresses, grid codes."""
    assert text == mask_text(text)


@given(st.text(max_size=200))
def test_masking_never_raises_and_is_done_once(text):
    """Any text; masking twice is masking once."""
    masked = mask_text(text)
    assert masked == mask_text(masked)


@given(MOBILE)
def test_a_phone_is_shown_by_head_and_tail(mobile):
    """As people are used to it."""
    assert f"{mobile[:3]}****{mobile[-4:]}" == mask_phone(mobile) == mask_text(mobile)


@pytest.mark.parametrize("phone", ["", "110", "12345", "12345678", "电话"])
def test_what_is_too_short_is_hidden_whole(phone):
    """A short number has no middle."""
    assert "****" == mask_phone(phone)


CONTACT = {"name": "张三", "phone": "13812345678"}


def test_a_key_ring_opens_what_it_sealed_and_nothing_else():
    """Sealed text tells nothing, differs each time, and does not open with another secret or when touched."""
    ring = KeyRing("secret one")
    sealed = ring.seal(CONTACT)
    assert CONTACT == ring.open(sealed)
    assert sealed != ring.seal(CONTACT)
    assert "138" not in sealed or "13812345678" not in sealed
    for wrong in (lambda: KeyRing("secret two").open(sealed), lambda: ring.open(sealed[:-5] + "AAAA=")):
        with pytest.raises(InvalidToken):
            wrong()


def test_after_a_rotation_old_and_new_open_and_the_new_one_seals():
    """The first secret seals, every one opens; when the old one is taken away, only what it sealed is gone."""
    old, both, new = KeyRing("old"), KeyRing("new", "old"), KeyRing("new")
    before, after = old.seal(CONTACT), both.seal(CONTACT)
    assert (CONTACT, CONTACT, CONTACT) == (both.open(before), both.open(after), new.open(after))
    with pytest.raises(InvalidToken):
        new.open(before)
    with pytest.raises(InvalidToken):
        old.open(after)


def test_fingerprints_compare_and_do_not_tell():
    """The same text has the same fingerprint under the same secret only."""
    ring = KeyRing("a", "b")
    assert ring.fingerprint("5678") == KeyRing("a").fingerprint("5678") != KeyRing("b").fingerprint("5678")
    assert 32 == len(ring.fingerprint("5678"))
    assert ring.fingerprint("5678") != ring.fingerprint("5679")
