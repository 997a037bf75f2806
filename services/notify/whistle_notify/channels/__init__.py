"""
Channels: the ways by which a machine tells somebody something. More come from other packages by the entry point group
``whistle.channels``; each names a class with the methods of :class:`Channel`.
"""

from __future__ import annotations

from whistle_notify.channels.apprise import AppriseChannel
from whistle_notify.channels.file import FileChannel
from whistle_notify.channels.interface import BatchChannel, Channel, Letter
from whistle_notify.channels.loading import load_channels

__all__ = ["AppriseChannel", "BatchChannel", "Channel", "FileChannel", "Letter", "load_channels"]
