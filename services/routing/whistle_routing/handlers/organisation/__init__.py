"""
The organisation: loading, changing, looking at it.
"""

from whistle_routing.handlers.organisation.changing import NEEDED, change_organisation, read_change
from whistle_routing.handlers.organisation.checking import Checked, check_files, files_in, files_of
from whistle_routing.handlers.organisation.loading import (
    Keys,
    Outcome,
    load_organisations,
    open_phones,
    take_files,
    take_pack,
)

__all__ = [
    "NEEDED",
    "Checked",
    "Keys",
    "Outcome",
    "change_organisation",
    "check_files",
    "files_in",
    "files_of",
    "load_organisations",
    "open_phones",
    "read_change",
    "take_files",
    "take_pack",
]
