"""
Runs a version of a pack over cases that were decided before, and compares versions, before anybody is affected.
"""

from whistle.plugins.replay.compare import Change, Comparison, changed_fields
from whistle.plugins.replay.engine import BATCH, Replay
from whistle.plugins.replay.recorded import Recorded, Recordings, recorded_cases
from whistle.plugins.replay.tally import Tally
from whistle.plugins.replay.versions import find_pack

__all__ = [
    "BATCH",
    "Change",
    "Comparison",
    "Recorded",
    "Recordings",
    "Replay",
    "Tally",
    "changed_fields",
    "find_pack",
    "recorded_cases",
]
