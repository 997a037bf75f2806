"""
``whistle plugin …``: write, check, test, replay and compare the packs of districts; services add what needs them running.
"""

from whistle.cli.plugin.group import app

__all__ = ["app"]
