"""
``whistle blow …``: whistles blown, approved, judged, closed and published.
"""

from whistle_routing.cli.blow import looking, powers, starting
from whistle_routing.cli.blow.arguments import blow

__all__ = ["blow", "looking", "powers", "starting"]
