"""
``whistle case …`` and ``whistle ledger …``: intake's commands, on its own database.
"""

from __future__ import annotations

from whistle_intake.cli.case import case
from whistle_intake.cli.ledger import ledger

__all__ = ["case", "ledger"]
