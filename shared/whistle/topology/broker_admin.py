"""
Two ways to make users on a broker: its management HTTP API, or ``rabbitmqctl`` on the broker's machine.

Both do the same five things; which of them is at hand is a matter of the installation.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

from whistle.errors import DependencyDown, Misconfigured

TIMEOUT = 30.0
"""Seconds for one request or one run of ``rabbitmqctl``, which starts an Erlang machine of its own."""


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """
    Regular expressions of what a user may configure, write and read; ``topics`` of (write, read) by
    exchange.
    """

    configure: str
    write: str
    read: str
    topics: Mapping[str, tuple[str, str]]


class BrokerAdmin(Protocol):
    """
    What provisioning needs of a broker. Everything is idempotent and raises Misconfigured or
    DependencyDown.
    """

    def has_user(self, user: str) -> bool:
        """True if there is such a user."""
        ...

    def set_password(self, user: str, password: str) -> None:
        """Make the user, without any tag, or change the password."""
        ...

    def permit(self, user: str, vhost: str, permissions: Permissions) -> None:
        """Set exactly these permissions in ``vhost``."""
        ...

    def remove_user(self, user: str) -> None:
        """Remove the user and all its permissions; its connections are closed by the broker."""
        ...


def broker_admin(api_url: str = "", *, rabbitmqctl: str = "rabbitmqctl") -> BrokerAdmin:
    """
    The management API if ``api_url`` is given, otherwise ``rabbitmqctl`` (which heeds ``RABBITMQ_NODENAME``).

    Raises:
        Misconfigured: neither is at hand.
    """
    if api_url:
        return ManagementApi(api_url)
    if found := shutil.which(rabbitmqctl):
        return Rabbitmqctl(found)
    raise Misconfigured(
        "无法管理消息总线账号:请设置 WHISTLE_BROKER_API=http://管理员:密码@主机:15672,或在总线所在机器上运行(需要 rabbitmqctl)",
        "cannot manage broker users: set WHISTLE_BROKER_API=http://admin:password@host:15672, or run where rabbitmqctl is",
    )


class ManagementApi:
    """The HTTP API of RabbitMQ's management plugin; ``url`` carries an administrator's name and password."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Misconfigured(
                "WHISTLE_BROKER_API 应为 http://管理员:密码@主机:15672",
                "WHISTLE_BROKER_API must be http://admin:password@host:15672",
            )
        self._base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}/api"
        login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._authorization = f"Basic {base64.b64encode(login.encode()).decode()}"

    def has_user(self, user: str) -> bool:
        return self._call("GET", "users", user) is not None

    def set_password(self, user: str, password: str) -> None:
        self._call("PUT", "users", user, body={"password": password, "tags": ""})

    def permit(self, user: str, vhost: str, permissions: Permissions) -> None:
        rights = {"configure": permissions.configure, "write": permissions.write, "read": permissions.read}
        self._call("PUT", "permissions", vhost, user, body=rights)
        for exchange, (write, read) in permissions.topics.items():
            rights = {"exchange": exchange, "write": write, "read": read}
            self._call("PUT", "topic-permissions", vhost, user, body=rights)

    def remove_user(self, user: str) -> None:
        self._call("DELETE", "users", user)

    def _call(self, method: str, *path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer, parsed; an empty object if it has none, None if there is no such thing (404)."""
        request = urllib.request.Request(  # noqa: S310 — the scheme was checked
            "/".join([self._base, *(quote(part, safe="") for part in path)]),
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": self._authorization, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            if error.code == 404 and method != "PUT":
                return None
            raise _refused(error.code) from None
        except (OSError, ValueError) as error:
            raise DependencyDown(
                f"连不上消息总线的管理接口 {self._base}",
                f"cannot reach the broker's management API {self._base}: {type(error).__name__}",
            ) from None


class Rabbitmqctl:
    """The broker's own command line. Passwords go through standard input, where ``ps`` does not show them."""

    def __init__(self, command: str) -> None:
        self._command = command

    def has_user(self, user: str) -> bool:
        listed = json.loads(self._run("list_users", "--formatter", "json"))
        return any(row["user"] == user for row in listed)

    def set_password(self, user: str, password: str) -> None:
        self._run("change_password" if self.has_user(user) else "add_user", user, told=password)
        self._run("set_user_tags", user)

    def permit(self, user: str, vhost: str, permissions: Permissions) -> None:
        at = ("-p", vhost, user)
        self._run("set_permissions", *at, permissions.configure, permissions.write, permissions.read)
        for exchange, (write, read) in permissions.topics.items():
            self._run("set_topic_permissions", *at, exchange, write, read)

    def remove_user(self, user: str) -> None:
        if self.has_user(user):
            self._run("delete_user", user)

    def _run(self, *arguments: str, told: str = "") -> str:
        try:
            done = subprocess.run(
                [self._command, "--quiet", *arguments],
                input=f"{told}\n",
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DependencyDown(
                "rabbitmqctl 没有回应", f"rabbitmqctl does not answer: {type(error).__name__}"
            ) from None
        if done.returncode:
            told_by = next((line for line in done.stderr.splitlines() if line.strip()), "")
            raise Misconfigured(
                f"rabbitmqctl {arguments[0]} 失败,请检查 RABBITMQ_NODENAME 和权限",
                f"rabbitmqctl {arguments[0]} failed, check RABBITMQ_NODENAME and your rights: {told_by[:200]}",
            )
        return done.stdout


def _refused(status: int) -> Misconfigured:
    if status == 401:
        return Misconfigured(
            "消息总线的管理接口不接受 WHISTLE_BROKER_API 里的账号",
            "the broker's management API refuses the user in WHISTLE_BROKER_API",
        )
    return Misconfigured(
        f"消息总线的管理接口拒绝了请求({status}),请核对虚拟主机和管理员权限",
        f"the broker's management API refuses the request ({status}), check the virtual host and the administrator's rights",
    )
