"""
The way to the broker: connection parameters, growing pauses, and what each failure means in one clear line.

Facts behind the settings: pika sets no TCP user timeout and waits for ever on a broker that blocks it
(findings are tested in tests/integration/department).
"""

from __future__ import annotations

import copy
import random
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pika
from pika import exceptions as amqp

from whistle.department.publisher import Publisher, root_of
from whistle.errors import DependencyDown, Misconfigured, WhistleError

FAILURES = (amqp.AMQPError, amqp.ChannelError, OSError)
"""What pika raises when the broker, the network or our rights are in the way."""

_NOT_FOUND, _REFUSED, _NOT_ALLOWED, _PRECONDITION = 404, 403, 530, 406


@dataclass(frozen=True, kw_only=True)
class Timing:
    """
    Every time limit of the client, in seconds.

    ``reconnect`` and ``retry`` are the first and the longest pause; both double in between and are jittered. ``tries`` is how
    often a handler may fail on one message before it is parked, which at these pauses takes some two hours and stays below the
    50 deliveries of the broker. ``patience`` is how long a message waits for an earlier one of its case that came before a crash
    and does not come again; ``hold`` how long one is kept in hand, below the 30 minutes after which the broker closes the channel.
    """

    heartbeat: int = 30
    connect: float = 10
    confirm: float = 15
    blocked: float = 60
    unacknowledged: float = 20
    reconnect: tuple[float, float] = (0.5, 30)
    retry: tuple[float, float] = (1, 300)
    tries: int = 40
    patience: float = 300
    hold: float = 900
    give_up: float = 60
    grace: float = 30
    tick: float = 0.25


class Link:
    """
    Opens connections to one broker.

    Args:
        url: ``amqp://user:password@host:5672/vhost``, or ``amqps://`` (certificate and host name are checked).
        cafile: the authority that signed the broker's certificate, if it is not one of the system's.

    Raises:
        Misconfigured: the URL cannot be used.
    """

    def __init__(self, url: str, *, timing: Timing, cafile: Path | None = None) -> None:
        self.timing = timing
        self._parameters = _parameters(url, timing, cafile)
        self.address = f"{self._parameters.host}:{self._parameters.port}"
        self.user = str(self._parameters.credentials.username)
        self.vhost = str(self._parameters.virtual_host)

    def consumer(self) -> pika.BlockingConnection:
        """
        A new connection to listen on.

        Raises:
            pika.exceptions.AMQPError, OSError: :meth:`explain` tells what they mean.
        """
        return pika.BlockingConnection(self._named("listen"))

    def publisher(self) -> Publisher:
        """A new connection to act on. Raises as :meth:`consumer`."""
        return Publisher(self._named("act"), timeout=self.timing.connect)

    def _named(self, purpose: str) -> Any:
        """The parameters with a name for the broker's list of connections."""
        named = copy.copy(self._parameters)
        named.client_properties = {"connection_name": f"whistle-department {self.user} {purpose}"}
        return named

    def explain(self, error: BaseException, *, thing: str) -> WhistleError:
        """
        What ``error`` means, in one line; ``thing`` is the queue or exchange that was used.

        :class:`DependencyDown` may pass by itself, :class:`Misconfigured` needs a person.
        """
        error = root_of(error)
        if isinstance(error, amqp.ProbableAuthenticationError | amqp.AuthenticationError):
            return Misconfigured(
                f"消息总线 {self.address} 不接受账号 {self.user}:密码不对或账号不存在,请向城市 IT 核对",
                f"{self.address} refuses user {self.user}: wrong password or no such user, ask the city's IT",
            )
        code = getattr(error, "reply_code", None)
        if isinstance(error, amqp.ProbableAccessDeniedError) or code == _NOT_ALLOWED:
            return Misconfigured(
                f"账号 {self.user} 不能使用虚拟主机 {self.vhost},请核对地址末尾一段",
                f"user {self.user} may not use the virtual host {self.vhost}, check the end of the URL",
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return Misconfigured(
                f"{self.address} 的证书不可信:{error.verify_message}",
                f"the certificate of {self.address} is not trusted: {error.verify_message}",
            )
        if isinstance(error, amqp.ChannelClosedByBroker) and code in (_NOT_FOUND, _REFUSED, _PRECONDITION):
            return _explain_refusal(code, user=self.user, thing=thing, told=str(error.reply_text))
        return DependencyDown(
            f"连不上消息总线 {self.address},请检查地址、网络和服务",
            f"cannot reach the message bus at {self.address}: {type(error).__name__}",
        )


def pauses(span: tuple[float, float]) -> Iterator[float]:
    """Pauses that double from ``span[0]`` to ``span[1]`` for ever, each shortened by up to half at random."""
    pause, longest = span
    while True:
        yield pause * random.uniform(0.5, 1)
        pause = min(longest, pause * 2)


def pause_after(attempts: int, span: tuple[float, float]) -> float:
    """The pause after so many failed attempts (0 is the first), shortened by up to half at random."""
    first, longest = span
    return float(min(longest, first * 2 ** min(attempts, 30)) * random.uniform(0.5, 1))


def _parameters(url: str, timing: Timing, cafile: Path | None) -> Any:
    parts = urlsplit(url)
    if parts.scheme not in ("amqp", "amqps") or not parts.hostname:
        raise Misconfigured(
            "消息总线地址应为 amqp://账号:密码@主机:5672/虚拟主机;内嵌模式(memory://)没有部门账号,请用网页办理",
            "the bus URL must be amqp://user:password@host:5672/vhost; the embedded bus (memory://) has no departments, "
            "use the pages",
        )
    try:
        parameters = pika.URLParameters(url)
    except (ValueError, TypeError) as error:
        raise Misconfigured(
            "消息总线地址有误", f"the bus URL cannot be read: {type(error).__name__}"
        ) from None
    if parts.scheme == "amqps":
        parameters.ssl_options = pika.SSLOptions(_trust(cafile), parts.hostname)
    parameters.virtual_host = parameters.virtual_host or "/"  # `amqp://host//`, as other clients write it
    parameters.heartbeat = timing.heartbeat
    parameters.blocked_connection_timeout = timing.blocked
    parameters.socket_timeout = timing.connect
    parameters.stack_timeout = timing.connect
    parameters.connection_attempts = 1
    parameters.tcp_options = _tcp_options(timing)
    return parameters


def _trust(cafile: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=None if cafile is None else str(cafile))
    except OSError as error:  # SSLError is one
        raise Misconfigured(
            f"证书机构文件 {cafile} 无法读取",
            f"the authority file {cafile} cannot be read: {error.strerror or error.args[-1]}",
        ) from None


def _tcp_options(timing: Timing) -> Mapping[str, int]:
    return {
        "TCP_USER_TIMEOUT": int(timing.unacknowledged * 1000),
        "TCP_KEEPIDLE": 30,
        "TCP_KEEPINTVL": 10,
        "TCP_KEEPCNT": 3,
    }


def _explain_refusal(code: int, *, user: str, thing: str, told: str) -> Misconfigured:
    if code == _NOT_FOUND:
        return Misconfigured(
            f"{thing} 不存在,请城市 IT 运行 whistle party add",
            f"{thing} does not exist, ask the city's IT to run whistle party add",
        )
    if code == _PRECONDITION and "user_id" in told:
        return Misconfigured(
            f"账号 {user} 不是这个单位的账号,不能以它的名义行事",
            f"user {user} is not the account of this party and may not act for it",
        )
    if code == _PRECONDITION:
        return Misconfigured(f"消息总线拒绝了 {thing}", f"the broker refuses {thing}: {told[:200]}")
    return Misconfigured(f"账号 {user} 无权使用 {thing}", f"user {user} has no permission for {thing}")
