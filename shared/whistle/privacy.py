"""
Contact data: sealed at rest with a key ring, shown masked, never on the bus in clear (design §9).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

# Latin letters around the digits are excluded so that ids (UUIDs, hashes) never look like numbers of people; \d stands for
# full-width digits too, as input methods make them.
_BEFORE, _AFTER, _GAP = r"(?<![\dA-Za-z])", r"(?![\dA-Za-z])", "[- \uff0d]?"
_PHONE = re.compile(
    rf"{_BEFORE}(?:\+?86{_GAP})?([1\uff11][3-9\uff13-\uff19]\d){_GAP}(\d{{4}}){_GAP}(\d{{4}}){_AFTER}"
)
# a hyphen before would make the tail of a UUID a landline
_LANDLINE = re.compile(rf"(?<![\dA-Za-z-])([0\uff10]\d{{2,3}}){_GAP}(\d{{7,8}}){_AFTER}")
_IDENTITY = re.compile(rf"{_BEFORE}(\d{{6}})\d{{8}}(\d{{3}}[\dXx]){_AFTER}")


def mask_text(text: str) -> str:
    """Phone numbers and 18-digit identity numbers in free text, masked: ``138****5678``."""
    if not any(char.isdecimal() for char in text):
        return text
    text = _IDENTITY.sub(r"\1********\2", text)
    text = _PHONE.sub(r"\1****\3", text)
    return _LANDLINE.sub(lambda found: f"{found[1]}-****{found[2][-4:]}", text)


def mask_phone(phone: str) -> str:
    """``138****5678``; anything too short to mask is hidden whole."""
    digits = re.sub(r"\D", "", phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else "****"


def mask_callback(phone: str) -> str:
    """
    A number to be shown to whoever handles a case: ``138*******8``. Not the last four digits, with which a resident opens the case.
    """
    digits = re.sub(r"\D", "", phone)
    return f"{digits[:3]}{'*' * 7}{digits[-1]}" if len(digits) >= 9 else "****"


def hide(text: str, contact: Mapping[str, str]) -> str:
    """The text without anything that stands in ``contact`` (name, address …); of a name its first character is kept."""
    for key, value in contact.items():
        if len(value) >= 2:
            text = text.replace(value, f"{value[0]}**" if key == "name" else "**")
    return text


class KeyRing:
    """
    Seals and opens contact data (Fernet: AES-128-CBC + HMAC-SHA256); the first secret seals, every one
    opens, so that secrets can be rotated.
    """

    def __init__(self, *secrets: str) -> None:
        from cryptography.fernet import Fernet, MultiFernet  # a plugin author's install has no cryptography

        self._ring = MultiFernet([Fernet(_key(secret, "contact")) for secret in secrets])
        self._index_key = _key(secrets[0], "index")

    def seal(self, data: Mapping[str, Any]) -> str:
        """``data`` as an opaque text."""
        return self._ring.encrypt(json.dumps(data, ensure_ascii=False).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """
        What was sealed.

        Raises:
            cryptography.fernet.InvalidToken: not sealed with any of our secrets.
        """
        opened: dict[str, Any] = json.loads(self._ring.decrypt(sealed.encode()))
        return opened

    def fingerprint(self, text: str) -> str:
        """A keyed hash to compare by (the tail of a phone number), 32 hex digits."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _key(secret: str, purpose: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"whistle/{purpose}/{secret}".encode()).digest())
