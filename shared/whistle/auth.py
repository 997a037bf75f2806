"""
Who is asking: staff bearer tokens (HS256 JWT), roles with a scope, and short signed links for residents.

A token is signed with ``WHISTLE_SECRET_KEY``. Two keys are derived from it, so that a link can never be
taken for a token or the other way round. The algorithm is fixed here and never read from the token (ASVS
9.1.2).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any

import jwt

from whistle.clock import Clock
from whistle.errors import Misconfigured, Unauthenticated
from whistle.places import Atlas, Extent, begins, extent_without_tree, nowhere

ISSUER = "whistle"
AUDIENCE = "whistle-staff"
ALGORITHM = "HS256"
LEEWAY = dt.timedelta(seconds=60)
_REMEMBERED = 1000
"""Tokens whose signature was checked and that are not checked again."""
_SECRET_BYTES = 32
_MAC_BYTES = 15  # 120 bits: 20 characters in a link
_SCOPE = re.compile(r"\*|[a-z][a-z0-9-]{0,40}(/[0-9A-Za-z-]{1,80})?")


@dataclass(frozen=True)
class Role:
    """
    One step of the ladder; ``rank`` orders them, ``zh`` and ``en`` are what people read. Two stand on the lowest:
    ``metrics`` may read ``/metrics`` and nothing else, ``party`` (scope ``<district>/<party>``) what is addressed to it.
    """

    name: str
    rank: int
    zh: str
    en: str


ROLES: tuple[Role, ...] = (
    Role("resident", 0, "居民", "resident"),
    Role("metrics", 0, "监控", "monitoring"),
    Role("party", 0, "单位", "department"),
    Role("worker", 1, "网格员", "grid worker"),
    Role("community", 2, "社区", "community"),
    Role("street", 3, "街道", "street or town"),
    Role("district", 4, "区级", "district"),
    Role("city", 5, "市级", "city"),
    Role("admin", 6, "管理员", "administrator"),
)
_BY_NAME = {role.name: role for role in ROLES}


def role_named(name: str) -> Role:
    """The role of that name. Raises :class:`Misconfigured` with the known names for any other."""
    role = _BY_NAME.get(name)
    if role is None:
        known = ", ".join(_BY_NAME)
        raise Misconfigured(f"没有角色 {name!r}，可用：{known}", f"no role {name!r}; known: {known}")
    return role


def check_scope(scope: str) -> str:
    """
    The scope itself if it is ``*``, ``<district>`` or ``<district>/<node of its organisation>``; else
    Misconfigured.
    """
    if not _SCOPE.fullmatch(scope):
        raise Misconfigured(
            f"权限范围 {scope!r} 无效，应为 *、区 或 区/架构节点编码",
            f"scope {scope!r} is not *, <district> or <district>/<code of a node>",
        )
    return scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """
    Somebody whom we know: subject, role and where in the organisation tree the role holds. The scope names a node, and with it
    everything below, as of today; ``atlas`` knows the tree.
    """

    sub: str
    role: str
    scope: str
    atlas: Atlas = field(default=nowhere, repr=False, compare=False)

    def may(self, role: str) -> bool:
        """Does this role stand at least as high as ``role``? Where it holds is :meth:`covers`."""
        return _BY_NAME[self.role].rank >= role_named(role).rank

    def covers(self, district: str, grid: str | None = None) -> bool:
        """
        Does the scope cover this node, or (``grid`` None) the whole district?

        ``mawei/luoxing`` covers the grid ``maxian-1``, which lies in it, but not mawei as a whole. Where no tree is known, a scope
        covers its own code, and an official code those that begin with it.
        """
        if self.role == "party":  # its scope names the party itself, not a place
            return False
        if self.scope == "*":
            return True
        own, _, node = self.scope.partition("/")
        if own != district:
            return False
        if not node or grid is None:
            return not node
        places = self.atlas(district)
        return begins(node, grid) if places is None else places.covers(node, grid)

    def extent(self) -> Extent | None:
        """What the scope covers within its district, for lists; None: no node is named, so all of it."""
        own, _, node = self.scope.partition("/")
        if not node:
            return None
        places = self.atlas(own)
        return extent_without_tree(node) if places is None else places.extent(node)


class Tokens:
    """
    Issues and verifies staff tokens and signed links.

    Args:
        secret: ``WHISTLE_SECRET_KEY``, at least 32 bytes and not one character over and over.
        clock: tells when a token expires; 60 seconds of leeway for machines whose clocks differ.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        raw = secret.strip().encode()
        if len(raw) < _SECRET_BYTES or len(set(raw)) < 8:
            raise Misconfigured(
                "WHISTLE_SECRET_KEY 未设置或太弱：至少 32 个随机字符，例如 openssl rand -base64 32",
                "WHISTLE_SECRET_KEY is missing or weak: 32 random characters at least, e.g. openssl rand -base64 32",
            )
        self._token_key = hmac.digest(raw, b"whistle staff token v1", "sha256")
        self._link_key = hmac.digest(raw, b"whistle resident link v1", "sha256")
        self._clock = clock
        self._known: dict[str, dict[str, Any]] = {}
        self.atlas: Atlas = nowhere
        """What lies below what; a service that has been told sets it once, at its start."""

    def issue(self, *, sub: str, role: str, scope: str, ttl: dt.timedelta = dt.timedelta(hours=12)) -> str:
        """A bearer token for staff. Raises Misconfigured for an unknown role or a scope without meaning."""
        now = self._clock.now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sub,
            "role": role_named(role).name,
            "scope": check_scope(scope),
            "iat": int(now.timestamp()),
            "exp": int((now + ttl).timestamp()),
        }
        return jwt.encode(claims, self._token_key, algorithm=ALGORITHM)

    def verify(self, token: str) -> Principal:
        """
        Whose token this is. Raises :class:`Unauthenticated` if it is not ours, is incomplete or has
        expired.
        """
        claims = self._claims(token)
        return Principal(sub=claims["sub"], role=claims["role"], scope=claims["scope"], atlas=self.atlas)

    def expires(self, token: str) -> dt.datetime:
        """When a valid token expires (for the life of a cookie). Raises like :meth:`verify`."""
        return dt.datetime.fromtimestamp(self._claims(token)["exp"], dt.UTC)

    def _claims(self, token: str) -> dict[str, Any]:
        """The claims of a valid token. What was checked once is remembered, but not its times: they are looked at every time."""
        claims = self._known.get(token)
        if claims is not None:
            self._check_times(claims)
            return claims
        claims = self._checked(token)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = claims
        return claims

    def _checked(self, token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._token_key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                # times are checked below, against the injected clock
                options={
                    "require": ["exp", "iat", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise Unauthenticated("令牌无效，请重新登录", "the token is not valid; log in again") from error
        self._check_times(claims)
        if str(claims.get("role")) not in _BY_NAME or not _SCOPE.fullmatch(str(claims.get("scope"))):
            raise Unauthenticated("令牌的角色或范围无效", "the token's role or scope is not valid")
        return claims

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._clock.now().timestamp()
        leeway = LEEWAY.total_seconds()
        times = [claims["exp"], claims["iat"], claims.get("nbf", 0)]
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in times):
            raise Unauthenticated("令牌无效，请重新登录", "the token is not valid; log in again")
        if now >= times[0] + leeway:
            raise Unauthenticated("令牌已过期，请重新登录", "the token has expired; log in again")
        if max(times[1:]) > now + leeway:
            raise Unauthenticated(
                "令牌尚未生效，请检查系统时间", "the token is not valid yet; check the clock"
            )

    def sign_link(self, case_no: str, ttl: dt.timedelta) -> str:
        """
        A short text for a resident's link: ``26-00421-7.<expiry>.<signature>``, good for following and rating
        this one case.

        It expires on the whole minute after ``ttl``.
        """
        minute = int((self._clock.now() + ttl).timestamp()) // 60 + 1
        return f"{case_no}.{minute:x}.{self._link_mac(case_no, minute)}"

    def read_link(self, text: str) -> str:
        """
        The case number of a link that we signed. Raises :class:`Unauthenticated` if it is not ours or
        expired.
        """
        case_no, minute, mac = [*text.split(".", 2), "", ""][:3]
        wrong = Unauthenticated(
            "链接无效，请用受理编号查询", "the link is not valid; look the case up by its number"
        )
        if not re.fullmatch(r"[0-9a-f]{1,10}", minute) or not mac.isascii():
            raise wrong
        if not hmac.compare_digest(self._link_mac(case_no, int(minute, 16)), mac):
            raise wrong
        if self._clock.now().timestamp() >= int(minute, 16) * 60:
            raise Unauthenticated(
                "链接已过期，请用受理编号查询", "the link has expired; look the case up by its number"
            )
        return case_no

    def _link_mac(self, case_no: str, minute: int) -> str:
        digest = hmac.new(self._link_key, f"{case_no}\n{minute}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode()
