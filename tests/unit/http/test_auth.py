"""
Tokens, roles, scopes and signed links.
"""

from __future__ import annotations

import datetime as dt
import hmac

import jwt
import pytest

from whistle.auth import ALGORITHM, AUDIENCE, ISSUER, LEEWAY, ROLES, Principal, Tokens
from whistle.clock import SetClock
from whistle.errors import Misconfigured, Unauthenticated

SECRET = "0123456789-a-secret-of-the-tests-0123456789"
START = dt.datetime(2026, 3, 1, 8, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
def tokens(clock: SetClock) -> Tokens:
    return Tokens(SECRET, clock)


def forge(tokens: Tokens, **changes: object) -> str:
    """A token signed with the right key, with claims of the test's choice (None removes one)."""
    now = int(START.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "x",
        "role": "city",
        "scope": "*",
        "iat": now,
        "exp": now + 60,
    }
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(claims, tokens._token_key, algorithm=ALGORITHM)


def test_a_token_names_its_bearer(tokens: Tokens) -> None:
    """What was issued is what is verified."""
    token = tokens.issue(sub="li.wei", role="street", scope="mawei/3501", ttl=HOUR)
    assert Principal(sub="li.wei", role="street", scope="mawei/3501") == tokens.verify(token)
    assert START + HOUR == tokens.expires(token)


def test_a_token_ends_with_its_time_and_the_leeway(tokens: Tokens, clock: SetClock) -> None:
    """A second before the end of the leeway it counts, at the end no more."""
    token = tokens.issue(sub="a", role="worker", scope="*", ttl=HOUR)
    clock.advance(HOUR + LEEWAY - dt.timedelta(seconds=1))
    assert "a" == tokens.verify(token).sub
    clock.advance(dt.timedelta(seconds=1))
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.verify(token)


def test_a_token_from_the_future_is_refused(tokens: Tokens, clock: SetClock) -> None:
    """Beyond the leeway, a clock that far ahead is no clock of ours."""
    token = tokens.issue(sub="a", role="worker", scope="*")
    clock.advance(-dt.timedelta(seconds=61))
    with pytest.raises(Unauthenticated, match="not valid yet"):
        tokens.verify(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "others"},
        {"iss": "others"},
        {"sub": None},
        {"exp": None},
        {"iat": None},
        {"role": None},
        {"role": "emperor"},
        {"role": ["city"]},
        {"scope": None},
        {"scope": "MAWEI/../.."},
        {"exp": "tomorrow"},
        {"exp": True},
        {"nbf": int(START.timestamp()) + 3600},
        {"sub": 5},
    ],
)
def test_incomplete_and_foreign_claims_are_refused(tokens: Tokens, changes: dict[str, object]) -> None:
    """The signature alone is not enough."""
    assert "x" == tokens.verify(forge(tokens)).sub
    with pytest.raises(Unauthenticated):
        tokens.verify(forge(tokens, **changes))


def test_only_our_algorithm_and_key_count(tokens: Tokens, clock: SetClock) -> None:
    """No `none`, no other HMAC, no other key, not the bare secret, no nonsense."""
    claims = jwt.decode(forge(tokens), options={"verify_signature": False})
    foreign = Tokens(SECRET + "x", clock).issue(sub="x", role="city", scope="*")
    for token in (
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, tokens._token_key * 2, algorithm="HS512"),
        jwt.encode(claims, SECRET, algorithm="HS256"),
        foreign,
        "",
        "a.b.c",
        "é.é.é",
        forge(tokens)[:-2],
    ):
        with pytest.raises(Unauthenticated):
            tokens.verify(token)


@pytest.mark.parametrize("secret", ["", "short", "a" * 64, "ab" * 32, " " * 40])
def test_weak_secrets_stop_the_start(clock: SetClock, secret: str) -> None:
    """Missing, short or monotonous: one line names the setting."""
    with pytest.raises(Misconfigured, match="WHISTLE_SECRET_KEY"):
        Tokens(secret, clock)


def test_tokens_are_not_issued_for_nonsense(tokens: Tokens) -> None:
    """Unknown roles and scopes are refused with what is known."""
    with pytest.raises(Misconfigured, match="known: resident, metrics, party, worker"):
        tokens.issue(sub="a", role="emperor", scope="*")
    with pytest.raises(Misconfigured, match="scope"):
        tokens.issue(sub="a", role="worker", scope="Mawei")


def test_roles_are_a_ladder() -> None:
    """Each role may what every lower one may, and nothing of a higher one."""
    ladder = ["resident", "metrics", "party", "worker", "community", "street", "district", "city", "admin"]
    assert ladder == [r.name for r in ROLES]
    for own in ROLES:
        principal = Principal(sub="a", role=own.name, scope="*")
        assert [other.rank <= own.rank for other in ROLES] == [principal.may(other.name) for other in ROLES]


@pytest.mark.parametrize(
    ("scope", "district", "grid", "covered"),
    [
        ("*", "mawei", None, True),
        ("*", "mawei", "350105", True),
        ("mawei", "mawei", None, True),
        ("mawei", "mawei", "350105", True),
        ("mawei", "huantai", None, False),
        ("mawei", "mawei2", None, False),
        ("mawei/3501", "mawei", "350105", True),
        ("mawei/3501", "mawei", "3502", False),
        ("mawei/3501", "mawei", None, False),
        ("mawei/3501", "huantai", "350105", False),
    ],
)
def test_scopes_cover_their_part_of_the_tree(
    scope: str, district: str, grid: str | None, covered: bool
) -> None:
    """A grid prefix covers its grids, a district everything in it, a star everything."""
    assert covered is Principal(sub="a", role="worker", scope=scope).covers(district, grid)


def test_a_signed_link_opens_its_case_until_it_expires(tokens: Tokens, clock: SetClock) -> None:
    """The link is short, carries the number and ends with its time."""
    link = tokens.sign_link("26-00421-7", HOUR)
    assert 45 > len(link)
    assert "26-00421-7" == tokens.read_link(link)
    clock.advance(HOUR + dt.timedelta(minutes=1))
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.read_link(link)


def test_a_changed_link_opens_nothing(tokens: Tokens, clock: SetClock) -> None:
    """Neither another case nor a later end nor another key nor a token is taken."""
    number, minute, mac = tokens.sign_link("26-00421-7", HOUR).split(".")
    token = tokens.issue(sub="26-00421-7", role="city", scope="*")
    foreign = Tokens(SECRET + "x", clock).sign_link("26-00421-7", HOUR)
    for text in (
        f"26-00422-5.{minute}.{mac}",
        f"{number}.{int(minute, 16) + 1:x}.{mac}",
        f"{number}.{minute}.{mac[:-1]}",
        f"{number}.{minute}.",
        f"{number}.-1.{mac}",
        f"{number}.{minute}.é",
        number,
        "",
        token,
        foreign,
    ):
        with pytest.raises(Unauthenticated):
            tokens.read_link(text)
    assert not hmac.compare_digest(tokens._link_key, tokens._token_key)


def test_a_party_is_nowhere_in_the_tree(tokens: Tokens) -> None:
    """Its scope names itself, not a place: a grid of the same name is not covered, and it may nothing that staff may."""
    token = tokens.issue(sub="mawei.maxian#1", role="party", scope="mawei/maxian")
    who = tokens.verify(token)
    assert not who.covers("mawei", "maxian-3")
    assert not who.covers("mawei")
    assert not who.may("worker")
