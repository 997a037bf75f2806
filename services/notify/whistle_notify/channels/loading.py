"""
Which channels are installed and configured.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points

from whistle.errors import Misconfigured
from whistle.settings import Settings
from whistle_notify.channels.interface import Channel

GROUP = "whistle.channels"


def load_channels(settings: Settings, names: Sequence[str]) -> tuple[Channel, ...]:
    """
    The configured ones of ``names``, in their order.

    Raises:
        Misconfigured: a channel is not installed, cannot be loaded, or is configured wrongly.
    """
    installed = {entry.name: entry for entry in entry_points(group=GROUP)}
    channels: list[Channel] = []
    for name in names:
        if name not in installed:
            known = ", ".join(sorted(installed)) or "-"
            raise Misconfigured(
                f"WHISTLE_NOTIFY_CHANNELS:没有渠道 {name},已安装:{known}",
                f"WHISTLE_NOTIFY_CHANNELS: no channel {name!r}; installed: {known}",
            )
        try:
            kind: type[Channel] = installed[name].load()
        except Exception as error:
            raise Misconfigured(
                f"渠道 {name} 无法载入:{type(error).__name__}", f"channel {name!r} cannot be loaded: {error}"
            ) from error
        if (channel := kind.of(settings)) is not None:
            channels.append(channel)
    return tuple(channels)
