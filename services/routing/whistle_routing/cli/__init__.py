"""
``whistle party …`` and ``whistle district …``.
"""

from whistle_routing.cli import changing, organisation
from whistle_routing.cli.district import district
from whistle_routing.cli.party import party

__all__ = ["changing", "district", "organisation", "party"]
