"""
What a party is shown of a case: built for its kind (domain D6), and marked so that a leak leads back to whoever it was built for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from whistle.contracts import DispatchSent, Message
from whistle.contracts.message import TEXT_LIMIT
from whistle.contracts.parties import Sight, sight_of

SEALED_TITLE = "检举件(内容已密封)"
SEALED_TEXT = "本件涉及检举,内容已密封,请与所在街道联系。"
REPORT_WORDS = ("检举", "举报", "控告", "report")
"""A tag that is one of these, or a category that begins with one, makes a case one in which somebody is reported."""

# --- who must not be known ------------------------------------------------------------------------------------------

_NAME = "[\u4e00-\u9fa5·]{2,4}"
_ENDS = "(?=[,,。.;;、!!??:: \\n\\d(()]|$|住|家住|电话|手机|联系)"
_WHO = re.compile(
    rf"(我叫|我的名字叫|本人|我是|姓名[::]?|联系人[::]?|投诉人[::]?|来电人[::]?|反映人[::]?){_NAME}{_ENDS}"
)
_DOOR = re.compile(
    r"[\d一二三四五六七八九十]{1,3}\s?单元\s?\d{2,4}\s?(?:室|号|房)?|(?<!\d)\d{3,4}\s?(?:室|房)"
)
_TAIL = re.compile(r"(?<=\*{4})\d{3}[\dXx]")
"""The end of a masked number: with the number of a case it would open the case's page."""


@dataclass(frozen=True, kw_only=True)
class Privacy:
    """What a case's own record says about who may know what. ``callback`` is a masked number."""

    report: bool = False
    consent: bool = False
    callback: str | None = None


def is_report(tags: tuple[str, ...], category: str | None) -> bool:
    """Is somebody reported in this case?"""
    return any(tag in REPORT_WORDS for tag in tags) or (category or "").startswith(REPORT_WORDS)


def scrub(text: str, *, place: str = "") -> str:
    """
    The text without who tells it: introductions by name, the ends of masked numbers, and flats that are not the place of the
    problem. A name in the middle of a sentence is not recognised here; intake, which knows it, has taken it out before.
    """
    text = _WHO.sub(r"\1**", text)
    text = _TAIL.sub("****", text)
    return _DOOR.sub(lambda found: found[0] if found[0] in place else "**", text)


def for_party(message: Message, *, kind: str, privacy: Privacy, mark: str) -> Message:
    """
    The message as a party of this kind may see it, marked with ``mark`` (see :func:`watermark`). Only what tells about the case
    is changed; answers to the party's own actions hold nothing about anybody.
    """
    if not isinstance(message, DispatchSent):
        return message
    shown = _shown(message, sight_of(kind), privacy)
    text = shown.text[: TEXT_LIMIT - 2 * _DIGITS]
    return replace(shown, text=watermark(text, mark), watermark=mark)


def seen_by(message: DispatchSent, *, kind: str, privacy: Privacy) -> DispatchSent:
    """The same without a mark, for a page that is no copy of a letter."""
    return _shown(message, sight_of(kind), privacy)


def sealed(message: DispatchSent) -> DispatchSent:
    """What everybody but street and city is shown of a case in which somebody is reported."""
    return replace(message, title=SEALED_TITLE, text=SEALED_TEXT, place=None, reasons=(), sealed=True)


def _shown(message: DispatchSent, sight: Sight, privacy: Privacy) -> DispatchSent:
    if privacy.report and sight != "whole":
        return sealed(message)
    message = replace(message, callback=None if privacy.report else privacy.callback)
    if sight != "problem" or privacy.consent:
        return message
    place = message.place or ""
    return replace(
        message,
        title=scrub(message.title, place=place),
        text=scrub(message.text, place=place),
        reasons=tuple(scrub(reason, place=place) for reason in message.reasons),
    )


# --- marks --------------------------------------------------------------------------------------------------------------

_SIGNS = "\u200b\u200c\u200d\u2060"
"""Four signs without width, two bits each; a mark of ten hexadecimal digits takes twenty of them."""
_DIGITS = 10
_HIDDEN = re.compile(f"[{_SIGNS}]{{{2 * _DIGITS}}}")
_PLAIN = re.compile(rf"(?<![0-9a-f])[0-9a-f]{{{_DIGITS}}}(?![0-9a-f])")
_STRAY = re.compile(f"[{_SIGNS}]")


def watermark(text: str, mark: str) -> str:
    """``text`` with the mark (ten hexadecimal digits) hidden in its middle, where copying it takes the mark along."""
    clean = _STRAY.sub("", text)
    bits = int(mark, 16)
    signs = "".join(_SIGNS[bits >> shift & 3] for shift in range(4 * _DIGITS - 2, -1, -2))
    middle = (len(clean) + 1) // 2
    return clean[:middle] + signs + clean[middle:]


def marks_in(text: str) -> list[str]:
    """The marks in a text, hidden or written out, in order."""
    hidden = [_read(found[0]) for found in _HIDDEN.finditer(text)]
    return list(dict.fromkeys([*hidden, *_PLAIN.findall(text.lower())]))


def plain(text: str) -> str:
    """The text without any hidden sign."""
    return _STRAY.sub("", text)


def _read(signs: str) -> str:
    bits = 0
    for sign in signs:
        bits = bits << 2 | _SIGNS.index(sign)
    return f"{bits:0{_DIGITS}x}"
