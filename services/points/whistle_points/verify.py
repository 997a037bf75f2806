"""
The points part of ``whistle verify``.
"""

from __future__ import annotations

from whistle_points.store import verify

__all__ = ["verify"]
