"""No URL leads a webhook into the platform's own network."""

from __future__ import annotations

import socket

import pytest

from whistle.errors import Invalid, Misconfigured, Refused
from whistle.webhooks import Guard


def guard_for(*addresses: str, networks: tuple[str, ...] = ()) -> Guard:
    """A guard for which every name has these addresses."""

    def resolve(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return Guard(networks=Guard.of(networks).networks, resolve=resolve)


PUBLIC = "93.184.216.34"


def test_a_public_address_is_called():
    """Every address of the name is told, for the connection to go to one of them."""
    guard = guard_for(PUBLIC, "2606:2800:220:1:248:1893:25c8:1946")
    assert [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946"] == guard.addresses(
        guard.read("https://a.example/x")
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",  # the metadata address of most clouds
        "100.100.100.200",  # Aliyun's
        "192.0.0.192",  # Oracle's
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_an_address_that_is_not_public_is_refused(address):
    """Loopback, private, link-local, metadata, also wrapped in IPv6; and a name with one such address among public ones."""
    for addresses in ((address,), (PUBLIC, address)):
        guard = guard_for(*addresses)
        with pytest.raises(Refused):
            guard.addresses(guard.read("https://a.example/"))


def test_a_network_may_be_allowed():
    """The city's own network, and nothing beside it."""
    guard = guard_for("10.20.0.7", networks=("10.20.0.0/16",))
    assert ["10.20.0.7"] == guard.addresses(guard.read("https://bureau.example/"))
    guard = guard_for("10.21.0.7", networks=("10.20.0.0/16",))
    with pytest.raises(Refused):
        guard.addresses(guard.read("https://bureau.example/"))
    with pytest.raises(Misconfigured, match=r"10\.0\.0\.1/8"):
        Guard.of(["10.0.0.1/8"])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://a.example/",
        "ftp://a.example/",
        "https://",
        "https://user:word@a.example/",
        "https://a.example/#part",
        "https://a.example/\r\nHost: b",
        "https://a.example/空",
        "https://a.example:99999/",
        "https://a.example/" + "x" * 500,
        "//a.example/",
    ],
)
def test_what_is_no_plain_https_url_is_refused(url):
    """No other scheme, no password, nothing that could break a request line."""
    with pytest.raises(Invalid):
        Guard().read(url)


def test_plain_http_only_where_it_is_allowed():
    """A setting for tests and closed networks."""
    assert (False, 8080, "/a?b=1") == tuple(
        getattr(Guard(plain=True).read("http://a.example:8080/a?b=1"), name)
        for name in ("secure", "port", "target")
    )
