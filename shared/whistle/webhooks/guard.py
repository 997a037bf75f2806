"""
Which addresses a webhook may be sent to.

A URL is somebody else's word: without a check the platform would call its own database, a cloud's metadata address or any machine
behind the firewall for whoever asks. The name is resolved once, every address it has is checked, and the connection goes to the
address that was checked, so that a name cannot mean something else a moment later.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from whistle.errors import Invalid, Misconfigured, Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[..., Iterable[Any]]

MAX_URL = 500
_VISIBLE = re.compile(r"[!-~]+")
_ASSIGNED = ipaddress.ip_network("192.0.0.0/24")
"""For protocols, and one cloud's metadata; older Pythons take some of it for public."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A URL that was looked at; ``target`` is the path with the query, ``authority`` what the ``Host`` header says."""

    secure: bool
    host: str
    port: int
    target: str
    authority: str


@dataclass(frozen=True, kw_only=True)
class Guard:
    """
    Args:
        networks: addresses that may be called although they are not public, say the city's own network.
        plain: may ``http://`` be used?
        resolve: ``socket.getaddrinfo``.
    """

    networks: tuple[Network, ...] = ()
    plain: bool = False
    resolve: Resolve = socket.getaddrinfo

    @classmethod
    def of(cls, networks: Iterable[str], *, plain: bool = False) -> Guard:
        """
        From settings.

        Raises:
            Misconfigured: a network that is none, such as ``10.0.0.1/8``.
        """
        made: list[Network] = []
        for text in networks:
            try:
                made.append(ipaddress.ip_network(text.strip()))
            except ValueError as error:
                raise Misconfigured(
                    f"WHISTLE_WEBHOOK_NETWORKS 里的 {text!r} 不是网段,如 10.0.0.0/8",
                    f"WHISTLE_WEBHOOK_NETWORKS: {error}",
                ) from None
        return cls(networks=tuple(made), plain=plain)

    def read(self, url: str) -> Target:
        """
        Look at a URL without resolving it.

        Raises:
            Invalid: no URL, not https (unless plain http is allowed), or with a password or fragment.
        """
        problem = None
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise _wrong("不是网址", "is not a URL") from None
        if not _VISIBLE.fullmatch(url) or len(url) > MAX_URL or not host:
            problem = ("不是网址", "is not a URL (ASCII, 500 characters at most)")
        elif parts.scheme != "https" and not (self.plain and parts.scheme == "http"):
            problem = ("须为 https", "must be https")
        elif parts.username is not None or parts.fragment:
            problem = ("不可含账号或 # 片段", "must have neither a user nor a fragment")
        if problem:
            raise _wrong(*problem)
        secure = parts.scheme == "https"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(
            secure=secure,
            host=host,
            port=port or (443 if secure else 80),
            target=target,
            authority=parts.netloc,
        )

    def addresses(self, target: Target) -> Sequence[str]:
        """
        The addresses of a host, all of them allowed.

        Raises:
            Refused: one of them is loopback, private, link-local, a cloud's metadata address or otherwise not public.
            OSError: the name cannot be resolved.
        """
        try:
            rows = list(self.resolve(target.host, target.port, type=socket.SOCK_STREAM))
        except UnicodeError as error:
            raise OSError(f"the name cannot be resolved: {error}") from None
        found = list(dict.fromkeys(str(row[4][0]) for row in rows))
        for text in found:
            if not self._allowed(ipaddress.ip_address(text.partition("%")[0])):
                raise Refused(
                    f"{target.host} 指向内部地址,不可作为 webhook(需要时设置 WHISTLE_WEBHOOK_NETWORKS)",
                    f"{target.host} leads to an address that is not public (see WHISTLE_WEBHOOK_NETWORKS)",
                )
        if not found:
            raise OSError("the name has no address")
        return found

    def _allowed(self, address: Address) -> bool:
        address = _meant(address)
        if any(address.version == network.version and address in network for network in self.networks):
            return True
        if address.version == 4 and address in _ASSIGNED:
            return False
        return address.is_global and not address.is_multicast and not address.is_reserved


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps (mapped, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return wrapped or address


def _wrong(zh: str, en: str) -> Invalid:
    return Invalid(f"webhook 地址{zh}", f"the webhook's address {en}", fields={"url": [f"{zh} / {en}"]})
