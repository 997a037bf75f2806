"""
Intake's tables and repositories; the only place with SQL.
"""

from __future__ import annotations

from whistle_intake.store.tables import cases, kit, metadata, places, timeline
from whistle_intake.store.unit import Happening, IntakeUnit, is_double

__all__ = ["Happening", "IntakeUnit", "cases", "is_double", "kit", "metadata", "places", "timeline"]
