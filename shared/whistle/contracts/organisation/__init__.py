"""
The organisation of a district as of any date: the records that packs, routing and exports share.
"""

from whistle.contracts.organisation.kinds import GRIDS, KINDS, PARTY_LEVELS, Kind
from whistle.contracts.organisation.records import (
    ALWAYS,
    OPEN,
    SORTS,
    SOURCES,
    WEEKDAYS,
    Charge,
    Duty,
    Node,
    Organisation,
    Person,
    Post,
    Role,
    Roster,
    Seat,
)

__all__ = [
    "ALWAYS",
    "GRIDS",
    "KINDS",
    "OPEN",
    "PARTY_LEVELS",
    "SORTS",
    "SOURCES",
    "WEEKDAYS",
    "Charge",
    "Duty",
    "Kind",
    "Node",
    "Organisation",
    "Person",
    "Post",
    "Role",
    "Roster",
    "Seat",
]
