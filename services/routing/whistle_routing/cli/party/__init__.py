"""
``whistle party …``.
"""

from whistle_routing.cli.party import directory, handing, sending
from whistle_routing.cli.party.arguments import party

__all__ = ["directory", "handing", "party", "sending"]
