"""
What a district team writes against: ``from whistle.plugins import DistrictPlugin, Case, Facts, Decision, …``.

The running of plugins (host process, breaker, fallback) lies in the modules below and is the routing service's business.
"""

from whistle.contracts.plugin import (
    Case,
    Classification,
    Decision,
    Deed,
    Facts,
    GridNode,
    History,
    Party,
    Reason,
    Trigger,
)
from whistle.plugins.interface import DistrictPlugin

__all__ = [
    "Case",
    "Classification",
    "Decision",
    "Deed",
    "DistrictPlugin",
    "Facts",
    "GridNode",
    "History",
    "Party",
    "Reason",
    "Trigger",
]
