"""
What the handlers of notify work with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from whistle.privacy import KeyRing
from whistle.storage import Database
from whistle.storage.atlas import StoredAtlas, Told
from whistle_notify.channels import Channel, load_channels
from whistle_notify.settings import NotifySettings, read_settings
from whistle_notify.store import NotifyUnit, places
from whistle_notify.texts import Texts


@dataclass(frozen=True)
class Tools:
    """Injected into the service once."""

    database: Database[NotifyUnit]
    channels: tuple[Channel, ...]
    keys: KeyRing
    texts: Texts
    settings: NotifySettings

    @classmethod
    def of(cls, host: Any) -> Tools:
        """
        From the host of the running service.

        Raises:
            Misconfigured: a setting, a channel or a template is wrong.
        """
        settings = read_settings(host.settings)
        host.tokens.atlas = StoredAtlas(host.database, Told(places))
        return cls(
            database=host.database,
            channels=load_channels(host.settings, settings.channels),
            keys=KeyRing(host.secret),
            texts=Texts(languages=settings.languages, time_zone=settings.time_zone),
            settings=settings,
        )
