"""
Settings of the points service.
"""

from __future__ import annotations

from dataclasses import dataclass

from whistle.settings import Settings, service_value


@dataclass(frozen=True, kw_only=True)
class PointsSettings:
    """``page``: entries of one page of a member's account, unless the caller asks for fewer (``WHISTLE_POINTS_PAGE``)."""

    page: int = 50


def read_settings(settings: Settings) -> PointsSettings:
    """Raises Misconfigured if a value has the wrong type."""
    return PointsSettings(page=service_value("int", "POINTS_PAGE", settings, PointsSettings.page))
