"""
``whistle points …``: the daily work with points, in the database of this installation.
"""

from __future__ import annotations

from whistle_points.cli.app import points

from whistle_points.cli import acting, activities, claims, looking, orders, records, reporting, stating  # isort: skip  # each adds its commands to ``points``

__all__ = ["acting", "activities", "claims", "looking", "orders", "points", "records", "reporting", "stating"]
