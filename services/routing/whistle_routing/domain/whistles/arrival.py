"""
Is what a responder shows a proof that it is on site (报到)?
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from whistle.contracts import ArrivalProof

_AHEAD = dt.timedelta(minutes=5)
"""So far may the clock of a phone be ahead of ours."""
_SHA256 = re.compile(r"[0-9a-f]{64}")

Wrong = Mapping[str, tuple[str, str]]
"""What is wrong, by field, in both languages; empty: nothing."""


def wrong_with(
    proof: ArrivalProof | None,
    *,
    called_at: dt.datetime,
    now: dt.datetime,
    code: str | None,
    needed: bool,
) -> Wrong:
    """
    Look at each field that is there; if a proof is ``needed``, also whether it says where, and shows a photo or the code.

    Args:
        called_at: nobody arrives before. code: of the whistle.
    """
    if proof is None:
        nothing = (
            "须附到场凭证:地点,以及照片或到场码",
            "proof of arrival is needed: where, and a photo or the code",
        )
        return {"proof": nothing} if needed else {}
    wrong = {**_wrong_place(proof), **_wrong_photo(proof)}
    if proof.at is not None and not called_at <= proof.at <= now + _AHEAD:
        wrong["proof.at"] = ("时间应在派单之后、现在之前", "must be between the dispatch and now")
    if proof.code is not None and proof.code != code:
        wrong["proof.code"] = ("到场码不对", "is not the code of this whistle")
    if needed:
        if not proof.place and proof.latitude is None:
            wrong["proof.place"] = ("须写明地点或坐标", "a place or coordinates are needed")
        if not proof.photo and proof.code is None:
            wrong["proof.photo"] = ("须附照片或到场码", "a photo or the code is needed")
    return wrong


def _wrong_place(proof: ArrivalProof) -> dict[str, tuple[str, str]]:
    wrong = {}
    if (proof.latitude is None) != (proof.longitude is None):
        wrong["proof.latitude"] = ("经纬度须同时给出", "latitude and longitude go together")
    for name, value, most in (("latitude", proof.latitude, 90), ("longitude", proof.longitude, 180)):
        if value is not None and not -most <= value <= most:
            wrong[f"proof.{name}"] = (f"应在 ±{most} 之间", f"must be within ±{most}")
    return wrong


def _wrong_photo(proof: ArrivalProof) -> dict[str, tuple[str, str]]:
    if proof.photo and not _SHA256.fullmatch(proof.sha256 or ""):
        return {
            "proof.sha256": ("照片须附 64 位 SHA-256", "a photo needs its SHA-256, 64 hexadecimal digits")
        }
    if proof.sha256 and not proof.photo:
        return {"proof.photo": ("缺少照片的存放位置", "where the photo lies is missing")}
    return {}
