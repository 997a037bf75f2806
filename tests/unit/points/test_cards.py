"""Members' cards: made and read by the platform's secret alone."""

from __future__ import annotations

import pytest

from whistle_points.domain.cards import Card, card_text, read_card

SECRET = "s" * 32
CARD = Card(scheme="mawei", member="党员-1", number=2)


def test_a_card_says_whose_it_is_and_is_good_for_a_cookie():
    """Nothing but letters, digits and a few marks; read again it is the same."""
    text = card_text(SECRET, CARD)
    assert (CARD, True) == (read_card(SECRET, text), text.isascii())
    assert set("-._") >= {one for one in text if not one.isalnum()}


@pytest.mark.parametrize(
    "text", ["", ".", "x", "é.é", "MA.00", "{packed}.", "{packed}.{mac}0", "{packed}A.{mac}"]
)
def test_what_somebody_made_up_is_no_card(text):
    """Also one of another platform."""
    packed, _, mac = card_text(SECRET, CARD).partition(".")
    assert None is read_card(SECRET, text.format(packed=packed, mac=mac))
    assert None is read_card("other" * 8, f"{packed}.{mac}")
