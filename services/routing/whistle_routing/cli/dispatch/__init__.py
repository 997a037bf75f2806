"""
``whistle dispatch …``: work that changes hands: reviews, rulings, extensions, recalls, precedents.
"""

from whistle_routing.cli.dispatch import deciding, precedents
from whistle_routing.cli.dispatch.looking import dispatch

__all__ = ["deciding", "dispatch", "precedents"]
