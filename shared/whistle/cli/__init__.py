"""
The ``whistle`` command. Each group of commands lives in a module of its own and is loaded only when it is
asked for, so that a department's install needs nothing of the services.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup

from whistle.cli.misuse import Misuse, lines_of
from whistle.errors import Misconfigured, Rejected, WhistleError

BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "up": "whistle.cli.platform:up",
        "run": "whistle.cli.platform:run",
        "demo": "whistle.cli.demo:demo",
        "bus": "whistle.cli.operate:bus",
        "db": "whistle.cli.operate:db",
        "config": "whistle.cli.operate:config",
        "doctor": "whistle.cli.operate:doctor",
        "verify": "whistle.cli.operate:verify",
        "token": "whistle.cli.operate:token",
        "dead": "whistle.cli.dead:dead",
        "calendar": "whistle.cli.calendar:app",
        "plugin": "whistle.cli.plugin:app",
        "department": "whistle.cli.department:app",
        "contracts": "whistle.cli.contracts:app",
    }
)
GREEN = frozenset({"up", "run", "demo"})
"""Commands that run services: the process is monkey-patched before anything else is imported."""


class Commands(TyperGroup):
    """Finds a command's module when it is named."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*BUILT_IN, *(point.name for point in entry_points(group="whistle.commands"))})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        where = BUILT_IN.get(cmd_name)
        if where is None:
            point = next(
                (one for one in entry_points(group="whistle.commands") if one.name == cmd_name), None
            )
            if point is None:
                return None
            where = point.value
        module, _, attribute = where.partition(":")
        try:
            found = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if "--help" in sys.argv[1:2] or len(sys.argv) < 2:
                return typer.main.get_command(_absent(cmd_name))
            raise Misconfigured(
                f"命令 {cmd_name} 需要 pip install 'whistle[service]'(缺少 {error.name})",
                f"`{cmd_name}` needs whistle[service]: {error.name} is not installed",
            ) from None
        command = typer.main.get_command(found if isinstance(found, typer.Typer) else _single(found))
        command.name = cmd_name
        return command


def _single(function: Any) -> typer.Typer:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(function)
    return app


def _absent(name: str) -> typer.Typer:
    def absent() -> None:
        """需要 whistle[service] / needs whistle[service]"""

    absent.__name__ = name
    return _single(absent)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="吹哨:城市社区治理平台 / urban community governance",
)


@app.callback()
def _root() -> None:
    """吹哨:城市社区治理平台 / urban community governance."""


def main() -> None:
    """The console script. Errors of ours go to stderr in one line; misuse exits with 2."""
    # eventlet's own reminder at every import: known (design §2), and nothing an operator can act upon
    warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")
    if len(sys.argv) > 1 and sys.argv[1] in GREEN:
        from whistle.runtime.monkey import patch

        patch()
    try:
        ended = app(prog_name="whistle", standalone_mode=False)
    except Misuse as error:
        print(lines_of(error), file=sys.stderr)
        sys.exit(2)
    except typer.Abort:
        print("已中止 / aborted", file=sys.stderr)
        sys.exit(1)
    except WhistleError as error:
        print(error.in_full(), file=sys.stderr)
        sys.exit(2 if isinstance(error, Misconfigured | Rejected) else 1)
    sys.exit(ended if isinstance(ended, int) else 0)
