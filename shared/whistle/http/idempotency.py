"""
``Idempotency-Key``: reading it, and what makes two requests the same. Remembering answers is the storage's work.

The key alone names nobody: whoever stores it must store it together with the caller (``principal.sub`` or none).
"""

from __future__ import annotations

import hashlib
import json
import re

from whistle.errors import Malformed
from whistle.http.routes import Request

_KEY = re.compile(r"[!-~]{1,255}")


def read_key(value: str | None) -> str | None:
    """The key of a request. Raises Malformed unless it is 1 to 255 visible ASCII characters."""
    if value is None:
        return None
    if not _KEY.fullmatch(value):
        raise Malformed(
            "Idempotency-Key 应为 1 到 255 个可见 ASCII 字符",
            "the Idempotency-Key must be 1 to 255 visible ASCII characters",
        )
    return value


def fingerprint(request: Request) -> str:
    """
    SHA-256 (hex) of method, path and the body's canonical form: JSON with sorted keys, so that order and blanks do not count.
    """
    raw = request.body if isinstance(request.body, bytes) else _canonical(request.payload)
    parts = (request.method.encode(), request.target.encode(), raw)
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


def _canonical(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
