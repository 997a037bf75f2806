"""Servers that somebody else runs: named by the environment, or in a container."""

from __future__ import annotations

import base64
import json
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from whistle.testing.servers.postgres import execute
from whistle.topology.broker_admin import BrokerAdmin, ManagementApi


@dataclass(frozen=True)
class RemoteRabbit:
    """A broker with its management plugin, through which vhosts are made; both addresses carry name and password."""

    amqp_url: str
    management_url: str

    @property
    def user(self) -> str:
        return unquote(urlsplit(self.amqp_url).username or "guest")

    @property
    def admin(self) -> BrokerAdmin:
        """Makes users."""
        return ManagementApi(self.management_url)

    def allow_impersonation(self) -> None:
        """Let our user speak for others, as simulated parties do."""
        password = unquote(urlsplit(self.amqp_url).password or "guest")
        tags = {"password": password, "tags": "administrator,impersonator"}
        self._call("PUT", f"/api/users/{quote(self.user, safe='')}", tags)

    def url(self, vhost: str = "/") -> str:
        """AMQP URL of one vhost."""
        return urlsplit(self.amqp_url)._replace(path=f"/{quote(vhost, safe='')}").geturl()

    def add_vhost(self, name: str) -> str:
        """Create a vhost on which our user may do everything; its URL."""
        self._call("PUT", f"/api/vhosts/{quote(name, safe='')}")
        permissions = {"configure": ".*", "write": ".*", "read": ".*"}
        self._call("PUT", f"/api/permissions/{quote(name, safe='')}/{quote(self.user, safe='')}", permissions)
        return self.url(name)

    def delete_vhost(self, name: str) -> None:
        """Delete a vhost with its queues."""
        self._call("DELETE", f"/api/vhosts/{quote(name, safe='')}")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        parts = urlsplit(self.management_url)
        login = f"{unquote(parts.username or 'guest')}:{unquote(parts.password or 'guest')}"
        request = urllib.request.Request(
            f"{parts.scheme}://{parts.hostname}:{parts.port or 15672}{path}",
            method=method,
            data=json.dumps(body or {}).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(login.encode()).decode(),
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=10):
            pass


@dataclass(frozen=True)
class RemotePostgres:
    """A PostgreSQL on which we may create databases."""

    admin_url: str

    def url(self, database: str = "postgres") -> str:
        """Address of one database."""
        return urlsplit(self.admin_url)._replace(path=f"/{quote(database, safe='')}").geturl()

    def create_database(self, name: str) -> str:
        """Create an empty database; its URL."""
        execute(self.admin_url, f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        execute(self.admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
