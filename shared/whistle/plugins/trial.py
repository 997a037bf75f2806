"""
A new version is tried before it takes over: its source, its start, its version, and one question.
"""

from __future__ import annotations

import datetime as dt

from whistle.contracts.plugin import Case, Facts
from whistle.errors import PluginFailed
from whistle.plugins.check import check_source
from whistle.plugins.host.parent import Limits, PluginHost, Request
from whistle.plugins.loader import Pack
from whistle.plugins.problems import Problem, complaint

PROBE_TITLE = "试运行:小区停水"
"""The title of the case that every new version is asked about."""


def tried(pack: Pack, *, now: dt.datetime, limits: Limits | None = None) -> PluginHost:
    """
    The running process of a version that passed; the caller ends it.

    Raises:
        Misconfigured: what is wrong with the pack, everything in one line.
        PluginFailed: it did not start in time, or did not answer the question.
    """
    problems = check_source(pack)
    if problems:
        raise complaint(problems)
    host = PluginHost(pack, limits=limits)
    try:
        host.start()
        version = host.describe()["version"]
        if version != pack.version:
            zh, en = f"与包的版本 {pack.version} 不一致", f"the distribution says {pack.version}"
            raise complaint([Problem(file=pack.folder.name, rule="version", culprit=version, zh=zh, en=en)])
        (outcome,) = host.decide([_probe(pack, now)])
        if outcome.failure is not None:
            zh, _, en = outcome.failure.partition(" / ")
            raise PluginFailed(f"试问失败: {zh}", f"the probe failed: {en or zh}")
    except BaseException:
        host.stop()
        raise
    return host


def _probe(pack: Pack, now: dt.datetime) -> Request:
    tables = pack.tables
    case = Case(
        no="00-00000-0", district=pack.district, title=PROBE_TITLE, text="从昨天起停水。", filed_at=now
    )
    return Request(
        case=case, facts=Facts(now=now, district=pack.district, parties=tables.parties, grid=tables.grid)
    )
