"""
The process in which one district's plugin runs: reads batches, answers each case, and survives what the plugin raises.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import faulthandler
import importlib
import os
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

from whistle.contracts.plugin import Case, Decision, Deed, Facts, GridNode, History, Party, Trigger
from whistle.contracts.plugin.deed import tenths_said
from whistle.errors import Misconfigured
from whistle.plugins.host import sandbox
from whistle.plugins.host.wire import MAX_ANSWER, Frames, frame
from whistle.plugins.interface import DistrictPlugin, examine_class
from whistle.plugins.problems import TABLES_FILE, Problem, complaint
from whistle.plugins.tables import Tables, read_tables

_MAX_QUESTION = 256 * 1024 * 1024


def serve(arguments: list[str]) -> int:
    """
    Lock in, load the pack, answer until the parent hangs up.

    Args:
        arguments: the district and the number of the inherited socket.
    """
    if len(arguments) != 2 or not arguments[1].isdigit():
        sys.stderr.write("由平台启动,不单独使用 / started by the platform, not by hand\n")
        return 2
    district, number = arguments
    signal.signal(
        signal.SIGALRM, signal.SIG_DFL
    )  # ends a hung plugin whose parent died, whatever was inherited
    faulthandler.enable()  # a segfault leaves its place in the log
    channel = _Channel(socket.socket(fileno=int(number)))
    start = channel.receive()
    if start is None:
        return 0
    sys.path[:] = start["paths"]
    reached = sandbox.enter(
        district, memory=start["memory"], keep=[*start["paths"], start["folder"], *_python_folders()]
    )
    sandbox.allow_time(start["budget"])
    plugin = _load(channel, district=district, start=start, reached=reached)
    if plugin is None:
        return 1
    rosters: dict[int, tuple[tuple[Party, ...], tuple[GridNode, ...]]] = {}
    while True:
        sandbox.rest()
        message = channel.receive()
        if message is None:
            return 0
        _learn(rosters, message)
        for question in message["cases"]:
            sandbox.allow_time(message["budget"])
            channel.send(_answer(plugin, question, rosters))


class _Channel:
    """Frames over the inherited socket."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._frames = Frames(_MAX_QUESTION)

    def receive(self) -> Any:
        """The next message, or None when the parent hung up."""
        while (value := self._frames.next()) is None:
            data = self._end.recv(1 << 18)
            if not data:
                return None
            self._frames.feed(data)
        return value

    def send(self, data: bytes) -> None:
        self._end.sendall(data)


def _python_folders() -> list[str]:
    return [path for path in (sys.prefix, str(Path(os.__file__).parent)) if path != "/usr"]


def _load(
    channel: _Channel, *, district: str, start: dict[str, Any], reached: dict[str, str]
) -> DistrictPlugin | None:
    """Import the pack and say hello, or say why not."""
    module, _, name = start["entry"].partition(":")
    shown = f"{Path(start['folder']).name} ({start['entry']})"
    try:
        tables = _set(read_tables(Path(start["folder"]) / TABLES_FILE), start["settings"])
        found = getattr(importlib.import_module(module), name)
        problems = examine_class(found, district=district, file=shown)
        if problems:
            raise complaint(problems)
        plugin: DistrictPlugin = found(tables)
    except Misconfigured as error:
        channel.send(frame({"refused": error.detail["problems"]}))
        return None
    except BaseException as error:  # noqa: BLE001 - foreign code may raise anything, SystemExit included
        problem = Problem(
            file=shown, rule="import", culprit=_said(error), zh="无法加载", en="cannot be loaded"
        )
        channel.send(frame({"refused": [problem.to_json()]}))
        return None
    channel.send(frame({"version": plugin.version, "isolation": reached}))
    return plugin


def _set(tables: Tables, settings: dict[str, Any]) -> Tables:
    """The tables with the values that the platform's settings give; what it does not know keeps the default."""
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    known = {name: given.get(name, default) for name, default in tables.settings.items()}
    return dataclasses.replace(tables, settings=known)


def _learn(rosters: dict[int, Any], message: dict[str, Any]) -> None:
    if message["forget"]:
        rosters.clear()
    for number, roster in message["rosters"].items():
        parties = tuple(Party.from_json(party) for party in roster["parties"])
        rosters[int(number)] = parties, tuple(GridNode.from_json(node) for node in roster["grid"])


def _answer(plugin: DistrictPlugin, question: dict[str, Any], rosters: dict[int, Any]) -> bytes:
    """One question's frame: the decision on a case or the score of a deed, or what the plugin did instead."""
    number = question["number"]
    try:
        if "deed" in question:
            tenths = tenths_said(plugin.score(Deed.from_json(question["deed"])))
            return frame({"number": number, "tenths": tenths})
        decision = _decide(plugin, question, rosters)
        if not isinstance(decision, Decision):
            said = f"{type(decision).__name__} is not a Decision"
            return frame({"number": number, "error": f"答复不是 Decision / {said}"})
        answer = frame({"number": number, "decision": decision.to_json()})
    except BaseException as error:  # noqa: BLE001 - whatever a plugin raises is an answer, SystemExit included
        traceback.print_exception(error, limit=-10)
        return frame({"number": number, "error": _said(error)})
    if len(answer) > MAX_ANSWER:
        return frame({"number": number, "error": f"答复过大 / the answer is too large ({len(answer)} bytes)"})
    return answer


def _decide(plugin: DistrictPlugin, question: dict[str, Any], rosters: dict[int, Any]) -> object:
    parties, grid = rosters[question["roster"]]
    facts = Facts(
        now=dt.datetime.fromisoformat(question["now"]),
        district=question["district"],
        parties=parties,
        grid=grid,
        history=History.from_json(question["history"]),
        workload=question["workload"],
        repeats=question["repeats"],
    )
    case = Case.from_json(question["case"])
    if question["trigger"] is None:
        return plugin.route(case, facts)
    return plugin.escalate(case, facts, Trigger.from_json(question["trigger"]))


def _said(error: BaseException) -> str:
    """The error in one line with the place where it was raised."""
    place = ""
    for step in traceback.extract_tb(error.__traceback__, limit=-1):
        place = f" ({Path(step.filename).name}:{step.lineno})"
    try:
        text = " ".join(str(error).split())[:200]
    except Exception:  # noqa: BLE001 - a foreign __str__ may raise too
        text = ""
    return f"{type(error).__name__}: {text}{place}"
