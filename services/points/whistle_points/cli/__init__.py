"""
``whistle points …``: the daily work with points, in the database of this installation.
"""

from __future__ import annotations

from whistle_points.cli.app import points

from whistle_points.cli import (  # isort: skip  # each adds its commands to ``points``
    acting,
    activities,
    claims,
    flags,
    grids,
    looking,
    orders,
    records,
    reporting,
    skills,
    stating,
)

__all__ = [
    "acting",
    "activities",
    "claims",
    "flags",
    "grids",
    "looking",
    "orders",
    "points",
    "records",
    "reporting",
    "skills",
    "stating",
]
