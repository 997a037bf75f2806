"""
The notify part of ``whistle verify``.
"""

from __future__ import annotations

from whistle_notify.store import verify

__all__ = ["verify"]
