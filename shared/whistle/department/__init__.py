"""
What a department subscribes with: pika, the standard library and the contracts, nothing else (see README.md beside this file).
"""

from __future__ import annotations

from whistle.department.client import Department
from whistle.department.inbox import PartyInbox, SetAside
from whistle.department.link import Timing

__all__ = ["Department", "PartyInbox", "SetAside", "Timing"]
