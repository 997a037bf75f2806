"""
RabbitMQ and PostgreSQL as children of the test process: own folder, own free ports, as the current user.

Nothing of the machine's own servers is touched, and nothing outlives the process that started it.
"""

from __future__ import annotations

from whistle.testing.servers.child import ServerMissing, free_port
from whistle.testing.servers.postgres import LocalPostgres
from whistle.testing.servers.rabbit import LocalRabbit

__all__ = ["LocalPostgres", "LocalRabbit", "ServerMissing", "free_port"]
