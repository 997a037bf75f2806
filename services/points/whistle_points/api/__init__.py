"""
The JSON interface of points: who may, then the use case.
"""

from __future__ import annotations

from whistle_points.api.accounts import show_differences, show_member

__all__ = ["show_differences", "show_member"]
