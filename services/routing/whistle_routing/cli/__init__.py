"""
``whistle party …`` and ``whistle district …``.
"""

from whistle_routing.cli.district import district
from whistle_routing.cli.party import party

__all__ = ["district", "party"]
