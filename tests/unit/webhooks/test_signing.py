"""Signatures as the Standard Webhooks specification wants them."""

from __future__ import annotations

import datetime as dt

import pytest

from whistle.errors import Invalid, Unauthenticated
from whistle.webhooks import headers_for, new_secret, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = dt.datetime.fromtimestamp(1614265330, dt.UTC)
BODY = b'{"test": 2432232314}'


def signed(*secrets: str, body: bytes = BODY) -> dict[str, str]:
    return headers_for(body, secrets=secrets or [SECRET], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=AT)


def test_the_signature_is_that_of_the_specification():
    """The example of the reference implementations gives its signature."""
    assert {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    } == signed()


def test_a_receiver_with_either_secret_accepts_while_both_are_valid():
    """Rotation: two signatures, and each secret finds its own."""
    other = new_secret()
    headers = signed(other, SECRET)
    assert 2 == len(headers["webhook-signature"].split(" "))
    for secret in (other, SECRET):
        assert "msg_p5jXN8AQM9LWM0D4loKWxJek" == verify(BODY, headers, secret=secret, now=AT)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: headers.pop("webhook-id"),
        lambda headers: headers.update({"webhook-id": "msg_other"}),
        lambda headers: headers.update({"webhook-timestamp": "1614265331"}),
        lambda headers: headers.update({"webhook-signature": "v1,AAAA v1a,é"}),
        lambda headers: headers.update({"webhook-signature": ""}),
    ],
)
def test_whatever_was_changed_on_the_way_is_refused(spoil):
    """Id, time and signature belong together."""
    headers = signed()
    spoil(headers)
    with pytest.raises(Unauthenticated):
        verify(BODY, headers, secret=SECRET, now=AT)


def test_another_body_another_secret_and_another_day_are_refused():
    """Nobody signs for somebody else, and what was overheard cannot be sent again later."""
    with pytest.raises(Unauthenticated):
        verify(BODY + b" ", signed(), secret=SECRET, now=AT)
    with pytest.raises(Unauthenticated):
        verify(BODY, signed(), secret=new_secret(), now=AT)
    for minutes, accepted in ((4, True), (6, False), (-4, True), (-6, False)):
        now = AT + dt.timedelta(minutes=minutes)
        if accepted:
            assert verify(BODY, {k.title(): v for k, v in signed().items()}, secret=SECRET, now=now)
        else:
            with pytest.raises(Unauthenticated):
                verify(BODY, signed(), secret=SECRET, now=now)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA", "whsec_!!", "whsec_" + "A" * 200])
def test_what_is_no_secret_signs_nothing(secret):
    """24 to 64 bytes in base64."""
    with pytest.raises(Invalid):
        signed(secret)
