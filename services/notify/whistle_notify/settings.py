"""
Settings of the notify service.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from whistle.errors import Misconfigured
from whistle.settings import Settings, service_value

RETRY_SECONDS = (5.0, 30.0, 120.0, 600.0, 3600.0)


@dataclass(frozen=True, kw_only=True)
class NotifySettings:
    """
    ``channels`` in order of preference; ``retry_seconds`` are the pauses before each new try, after the last the notice has failed;
    ``languages`` of each text, first one first; ``time_zone`` in which times are told.
    """

    channels: tuple[str, ...] = ("apprise", "file")
    retry_seconds: tuple[float, ...] = RETRY_SECONDS
    lease_seconds: int = 60
    languages: tuple[str, ...] = ("zh",)
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    page: int = 50


def read_settings(settings: Settings) -> NotifySettings:
    """Raises Misconfigured, naming the variable."""
    defaults = NotifySettings()
    return NotifySettings(
        channels=tuple(service_value("list", "NOTIFY_CHANNELS", settings, list(defaults.channels))),
        retry_seconds=_seconds(service_value("list", "NOTIFY_RETRY_SECONDS", settings, list(RETRY_SECONDS))),
        lease_seconds=service_value("int", "NOTIFY_LEASE_SECONDS", settings, defaults.lease_seconds),
        languages=tuple(service_value("list", "NOTIFY_LANGUAGES", settings, list(defaults.languages))),
        time_zone=_zone(service_value("str", "NOTIFY_TIME_ZONE", settings, defaults.time_zone.key)),
        page=service_value("int", "NOTIFY_PAGE", settings, defaults.page),
    )


def notices_file(settings: Settings) -> Path:
    """Where the file channel writes (``WHISTLE_NOTIFY_FILE``; default ``<data>/notices/notices.jsonl``)."""
    default = settings.data / "notices" / "notices.jsonl"
    return Path(service_value("str", "NOTIFY_FILE", settings, str(default))).expanduser()


def _seconds(values: list[object]) -> tuple[float, ...]:
    try:
        seconds = tuple(float(str(value)) for value in values)
    except ValueError:
        seconds = (-1.0,)
    if any(not 0 < value < 10_000_000 for value in seconds):
        raise Misconfigured(
            "WHISTLE_NOTIFY_RETRY_SECONDS 应为若干正秒数,如 5,30,120",
            "WHISTLE_NOTIFY_RETRY_SECONDS must be positive seconds like 5,30,120",
        )
    return seconds


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Misconfigured(
            f"WHISTLE_NOTIFY_TIME_ZONE 没有这个时区:{name}",
            f"WHISTLE_NOTIFY_TIME_ZONE: no time zone {name!r}",
        ) from None
