"""
What a suite needs to try the real thing: servers of its own, broken networks, waiting without sleeping.

``whistle.testing.servers`` starts RabbitMQ and PostgreSQL, ``whistle.testing.fault_proxy`` cuts the wire,
``whistle.testing.fixtures`` is the pytest plugin that hands them out.
"""

from __future__ import annotations

from whistle.testing.waiting import wait_for

__all__ = ["wait_for"]
