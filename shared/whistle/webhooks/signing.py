"""
Signatures of webhooks (Standard Webhooks 1.0, symmetric ``v1``): HMAC-SHA256 over ``<id>.<timestamp>.<body>``.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
import secrets
from collections.abc import Iterable, Mapping

from whistle.errors import Invalid, Unauthenticated

PREFIX = "whsec_"
SECRET_BYTES = 32
TOLERANCE = dt.timedelta(minutes=5)
"""How far a timestamp may be from the receiver's clock: a request that was overheard cannot be sent again later."""


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers_for(body: bytes, *, secrets: Iterable[str], message_id: str, at: dt.datetime) -> dict[str, str]:
    """
    The three headers of a webhook; one signature for each secret that is valid, the newest first, so that a receiver may change
    over at any time.

    Raises:
        Invalid: a secret is none.
    """
    timestamp = str(int(at.timestamp()))
    signatures = [_signature(body, secret=secret, id_=message_id, timestamp=timestamp) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def verify(body: bytes, headers: Mapping[str, str], *, secret: str, now: dt.datetime) -> str:
    """
    Check a webhook that came in; its id, by which a receiver recognises what it has handled already.

    Args:
        body: exactly the bytes that came. headers: in any spelling.

    Raises:
        Unauthenticated: a header is missing, the time is off by more than five minutes, or nobody with this secret signed it.
        Invalid: the secret is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    id_, timestamp, signed = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not id_ or not signed or not timestamp.isdecimal() or len(timestamp) > 12:
        raise Unauthenticated("缺少 webhook 签名头", "the webhook headers are missing or not valid")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise Unauthenticated("webhook 时间戳过旧或过新", "the webhook's timestamp is too old or too new")
    expected = _signature(body, secret=secret, id_=id_, timestamp=timestamp).encode()
    # every one is compared, in constant time; compare_digest takes no text that is not ASCII
    matches = [hmac.compare_digest(expected, one.encode()) for one in signed.split(" ")[:20]]
    if not any(matches):
        raise Unauthenticated("webhook 签名不符", "the webhook's signature does not match")
    return id_


def _signature(body: bytes, *, secret: str, id_: str, timestamp: str) -> str:
    told = b".".join([id_.encode(), timestamp.encode(), body])
    return "v1," + base64.b64encode(hmac.digest(_key(secret), told, "sha256")).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise Invalid(
            "webhook 密钥应为 whsec_ 加 24 至 64 字节的 base64",
            "a webhook secret is whsec_ and 24 to 64 bytes in base64",
        )
    return key
