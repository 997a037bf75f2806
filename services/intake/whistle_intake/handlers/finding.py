"""
Finding a case by what somebody typed, and knowing its resident.
"""

from __future__ import annotations

from whistle.errors import Forbidden, Invalid, NotFound
from whistle.ids import read_case_number
from whistle_intake.domain import Case
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools


def find_case(unit: IntakeUnit, typed: str) -> Case:
    """
    Raises:
        Invalid: the number has a typing error (check digit). NotFound: there is no such case.
    """
    no = read_case_number(typed)
    if no is None:
        raise Invalid(
            "编号有误,请核对",
            "not a valid case number; please check it",
            fields={"no": ["校验位不符 / check digit"]},
        )
    case = unit.cases.get(no)
    if case is None:
        raise NotFound(f"没有编号为 {no} 的诉求", f"there is no case {no}")
    return case


def require_tail(case: Case, tail: str | None, *, tools: Tools) -> None:
    """
    A resident without an account knows the phone's last four digits.

    Raises:
        Forbidden: they do not fit, or the case has no phone.
    """
    if not tail or not case.contact_tail or tail_fingerprint(case.no, tail, tools) != case.contact_tail:
        raise Forbidden("手机尾号不符", "the last four digits of the phone do not fit")


def tail_fingerprint(no: str, phone: str, tools: Tools) -> str | None:
    """By what a resident is recognised without an account: number of the case and the phone's last four digits."""
    digits = "".join(char for char in phone if char.isdecimal())
    return tools.keys.fingerprint(f"{no}/{digits[-4:]}") if len(digits) >= 4 else None
