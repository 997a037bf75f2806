"""
``district.toml``: who there is, what the grid looks like, and the default rules, as tables. ``rows`` is what they say,
``reading`` reads and checks them, the other modules read a section each.
"""

from whistle.plugins.tables.reading import examine_tables, read_tables
from whistle.plugins.tables.rows import CLOSE_AFTER_DAYS, Joint, Rule, Step, Tables, Words

__all__ = [
    "CLOSE_AFTER_DAYS",
    "Joint",
    "Rule",
    "Step",
    "Tables",
    "Words",
    "examine_tables",
    "read_tables",
]
