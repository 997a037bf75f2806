"""
``whistle blow …``, ``clock …``, ``consult …``, ``dispatch …``, ``district …`` and ``party …``.
"""

from whistle_routing.cli import changing, organisation, sittings, training, wishes
from whistle_routing.cli.blow import blow
from whistle_routing.cli.clock import clock
from whistle_routing.cli.consult import consult
from whistle_routing.cli.dispatch import dispatch
from whistle_routing.cli.district import district
from whistle_routing.cli.party import party

__all__ = [
    "blow",
    "changing",
    "clock",
    "consult",
    "dispatch",
    "district",
    "organisation",
    "party",
    "sittings",
    "training",
    "wishes",
]
