"""
The Apprise channel: WeCom, DingTalk, Feishu, mail, webhooks … by one URL template.
"""

from __future__ import annotations

import logging
import re
from string import Formatter
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import quote

from whistle.errors import Misconfigured, Rejected, Transient
from whistle.settings import Settings, service_value
from whistle_notify.channels.interface import Letter
from whistle_notify.domain import Contact

SAMPLES = MappingProxyType(
    {"phone": "13800000000", "email": "a@example.cn", "wecom": "a", "staff": "a", "party": "a", "member": "a"}
)
"""What a template may ask for, with a value to try it with."""
_ADDRESS = re.compile(r"[\w.@+/-]{1,200}")
"""One address and no more: what separates targets (comma, blank, ``&``) is no part of one."""
SECONDS = 8.0
"""Longest that one letter may take."""


class AppriseChannel:
    """
    Sends to ``template`` with the recipient's contact filled in: ``mailtos://user:password@host?to={email}``,
    ``wechat://corp:secret@agent/@{wecom}``. A template without any field is one fixed place (a group), so only staff is told there.

    One Apprise object per letter, so that each has its own result. Apprise only knows "accepted", and not why something
    failed: what it does not accept is tried again.
    """

    name = "apprise"

    def __init__(self, template: str) -> None:
        try:
            self._fields = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
        except ValueError:
            self._fields = {"{"}
        if unknown := self._fields - SAMPLES.keys():
            raise Misconfigured(
                f"WHISTLE_NOTIFY_APPRISE_URL 中的 {', '.join(sorted(unknown))} 无效,可用:{', '.join(SAMPLES)}",
                f"WHISTLE_NOTIFY_APPRISE_URL: {', '.join(sorted(unknown))} is none of {', '.join(SAMPLES)}",
            )
        self._template = template
        # Apprise names targets in its warnings, and targets are people's addresses
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        if not self._target(SAMPLES):
            raise Misconfigured(
                "WHISTLE_NOTIFY_APPRISE_URL 不是有效的 Apprise 地址",
                "WHISTLE_NOTIFY_APPRISE_URL is no URL that Apprise understands",
            )

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """With ``WHISTLE_NOTIFY_APPRISE_URL``; None if that is not set."""
        template = service_value("str", "NOTIFY_APPRISE_URL", settings, "")
        return cls(template) if template else None

    def can_reach(self, contact: Contact) -> bool:
        if not self._fields:
            return bool(contact.get("staff"))
        return all(contact.get(field) for field in self._fields)

    def send(self, letter: Letter) -> None:
        target = self._target(letter.contact)
        if target is None:
            raise Rejected("联系方式不可用", "Apprise does not take this address")
        with target.notify(body=letter.text, title=letter.title, timeout=SECONDS) as result:
            if not result:
                raise Transient("渠道未接受通知", f"Apprise says {result.status.name.lower()}")

    def _target(self, contact: Contact) -> Any:
        import apprise  # 45 MB that an installation without this channel need not carry

        if not all(_ADDRESS.fullmatch(contact[field]) for field in self._fields):
            return None
        values = {field: quote(contact[field], safe="") for field in self._fields}
        target = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        if not target.add(self._template.format_map(values)):
            return None
        # a plugin that found no usable address among its targets has an empty list of them; others have no list
        return target if all(getattr(place, "targets", None) != [] for place in target) else None
