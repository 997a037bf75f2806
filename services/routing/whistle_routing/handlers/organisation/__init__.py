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
from whistle_routing.handlers.organisation.looking import (
    Filled,
    duty_at,
    find_dormant,
    find_node,
    list_nodes,
    report_cases,
    rosters_of,
)
from whistle_routing.handlers.organisation.reminding import tell_sittings
from whistle_routing.handlers.organisation.telling import tell_organisations

__all__ = [
    "NEEDED",
    "Checked",
    "Filled",
    "Keys",
    "Outcome",
    "change_organisation",
    "check_files",
    "duty_at",
    "files_in",
    "files_of",
    "find_dormant",
    "find_node",
    "list_nodes",
    "load_organisations",
    "open_phones",
    "read_change",
    "report_cases",
    "rosters_of",
    "take_files",
    "take_pack",
    "tell_organisations",
    "tell_sittings",
]
