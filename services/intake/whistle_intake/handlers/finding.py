"""
Finding a case by what somebody typed, and knowing its resident.
"""

from __future__ import annotations

import datetime as dt
import hmac
import math

from whistle.errors import Forbidden, Invalid, NotFound, TooManyTries
from whistle.ids import read_case_number
from whistle_intake.domain import Case
from whistle_intake.guessing import wait_left
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools

NUMBER_LENGTH = 20
"""A longer number was never given."""


def find_case(unit: IntakeUnit, typed: str) -> Case:
    """
    Raises:
        Invalid: the number has a typing error (check digit). NotFound: there is no such case.
    """
    no = read_number(typed)
    case = unit.cases.get(no)
    if case is None:
        raise NotFound(f"没有编号为 {no} 的诉求", f"there is no case {no}")
    return case


def read_number(typed: str) -> str:
    """
    The case number in its one spelling.

    Raises:
        Invalid: it has a typing error (check digit).
    """
    no = read_case_number(typed)
    if no is None:
        raise Invalid(
            "编号有误,请核对",
            "not a valid case number; please check it",
            fields={"no": ["校验位不符 / check digit"]},
        )
    return no


def find_by_tail(unit: IntakeUnit, no: str, tail: str | None, *, tools: Tools) -> Case:
    """
    The case for a resident without an account, who knows the phone's last four digits. A wrong number and wrong digits are
    told and counted alike, so that nobody learns which numbers there are; whoever catches what this raises and lets the
    unit of work commit keeps the count.

    Raises:
        Forbidden: they do not fit together, or the case has no phone. TooManyTries: it was guessed too often before.
    """
    wrong = Forbidden(
        "编号与手机尾号对不上,请核对", "number and phone digits do not fit together; please check them"
    )
    if not tail or len(no) > NUMBER_LENGTH:
        raise wrong
    guesses = unit.guesses_about(no)
    if (left := wait_left(guesses, unit.now)) > dt.timedelta(0):
        raise _too_many(left)
    case = unit.cases.get(no)
    given, known = tail_fingerprint(no, tail, tools) or "", (case and case.contact_tail) or ""
    if case is None or not known or not hmac.compare_digest(given, known):
        unit.count_guess(no)
        raise wrong
    if guesses:
        unit.forget_guesses(no)
    return case


def _too_many(left: dt.timedelta) -> TooManyTries:
    seconds = math.ceil(left.total_seconds())
    minutes = math.ceil(seconds / 60)
    return TooManyTries(
        f"错误次数过多,请 {minutes} 分钟后再试",
        f"wrong too often; try again in {minutes} min",
        retry_after=seconds,
    )


def tail_fingerprint(no: str, phone: str, tools: Tools) -> str | None:
    """By what a resident is recognised without an account: number of the case and the phone's last four digits."""
    digits = "".join(char for char in phone if char.isdecimal())
    return tools.keys.fingerprint(f"{no}/{digits[-4:]}") if len(digits) >= 4 else None
