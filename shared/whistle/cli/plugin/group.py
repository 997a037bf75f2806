"""
The group of commands; each is loaded only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup

GROUP = "whistle.commands.plugin"
"""Entry points of services for further commands."""
OWN: Mapping[str, str] = MappingProxyType(
    {
        "new": "whistle.cli.plugin.authoring:new",
        "check": "whistle.cli.plugin.authoring:check",
        "test": "whistle.cli.plugin.authoring:run_tests",
        "list": "whistle.cli.plugin.authoring:list_",
        "replay": "whistle.cli.plugin.replaying:replay",
        "diff": "whistle.cli.plugin.replaying:diff",
    }
)


class PluginCommands(TyperGroup):
    """Our own commands, then those of installed services."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*OWN, *sorted(point.name for point in _points())]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        where = OWN.get(cmd_name) or next(
            (point.value for point in _points() if point.name == cmd_name), None
        )
        if where is None:
            return None
        module, _, name = where.partition(":")
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(cmd_name)(getattr(import_module(module), name))
        return typer.main.get_command(single)


def _points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


app = typer.Typer(
    cls=PluginCommands,
    help="区县插件包 / district packs: write, check, test, replay, compare, reload",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def _root() -> None:
    """区县插件包 / district packs."""
