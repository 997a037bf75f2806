"""
The whole platform as processes of the test: what users run (``whistle up``, ``whistle run …``), reached as
users reach it, and killed as machines kill it.

Two ways to run with one interface (:class:`Platform`): :class:`EmbeddedPlatform` is one process on SQLite and
``memory://``, :class:`DeployedPlatform` one process per service on RabbitMQ and PostgreSQL.
"""

from __future__ import annotations

from whistle.testing.platform.base import Answer, CliRun, Platform
from whistle.testing.platform.deployed import DeployedPlatform
from whistle.testing.platform.embedded import EmbeddedPlatform
from whistle.testing.platform.part import Part

__all__ = ["Answer", "CliRun", "DeployedPlatform", "EmbeddedPlatform", "Part", "Platform"]
