"""
Identifiers: UUIDv7 for messages and rows (RFC 9562: sortable by time), a check digit for what people read
aloud.
"""

from __future__ import annotations

import uuid_utils
from stdnum import damm


def new_id() -> str:
    """A fresh UUIDv7 in its canonical 36-character form; later ones of a process sort behind earlier ones."""
    return str(uuid_utils.uuid7())


def case_number(year: int, serial: int) -> str:
    """
    The number a resident is told: ``26-00421-7``, digits only so that it can be said on the phone.

    Two digits of the year, the serial in five or more digits, and a Damm check digit, which finds every
    single wrong digit and every swap of neighbours.
    """
    digits = f"{year % 100:02d}{serial:05d}"
    return f"{digits[:2]}-{digits[2:]}-{damm.calc_check_digit(digits)}"


def read_case_number(text: str) -> str | None:
    """
    The canonical number from what somebody typed (spaces, full-width digits and missing hyphens allowed).

    Returns None if it is not a case number or the check digit does not fit: a typing error, not an unknown
    case.
    """
    digits = "".join(str(int(char)) for char in text if char.isdecimal())
    if len(digits) < 8 or any(char.isalpha() for char in text) or not damm.is_valid(digits):
        return None
    return f"{digits[:2]}-{digits[2:-1]}-{digits[-1]}"
