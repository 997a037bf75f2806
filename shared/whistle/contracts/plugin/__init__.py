"""
What a district plugin is given and what it answers: the whole vocabulary between routing and a pack.

All classes are frozen and carry JSON values only, because they cross a process border. A plugin sees no contact
data (texts are masked before), no database, no network and no clock but ``Facts.now``.

``to_json`` gives plain JSON values. ``from_json`` is strict: a plugin is not trusted, so whatever does not fit
raises :class:`whistle.errors.PluginFailed` naming the field, what was expected and what came.
"""

from whistle.contracts.plugin.decision import MAX_HANDLE_HOURS, Classification, Decision, Reason
from whistle.contracts.plugin.deed import Deed
from whistle.contracts.plugin.facts import (
    CHANNELS,
    HANDLING_CLASSES,
    LEVELS,
    TRIGGER_KINDS,
    Case,
    Channel,
    Facts,
    GridNode,
    HandlingClass,
    History,
    Level,
    Party,
    Trigger,
    TriggerKind,
)

__all__ = [
    "CHANNELS",
    "HANDLING_CLASSES",
    "LEVELS",
    "MAX_HANDLE_HOURS",
    "TRIGGER_KINDS",
    "Case",
    "Channel",
    "Classification",
    "Decision",
    "Deed",
    "Facts",
    "GridNode",
    "HandlingClass",
    "History",
    "Level",
    "Party",
    "Reason",
    "Trigger",
    "TriggerKind",
]
