"""
What a command says when it cannot read what was typed: Chinese first, then the parser's own words, and where to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import typer

Misuse: Any = typer.BadParameter.__bases__[0]
"""What typer's parser raises; the class itself it does not export."""
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "MissingParameter": "缺少参数 {name}",
        "BadParameter": "参数 {name} 的值不对",
        "NoSuchOption": "没有选项 {option}",
        "BadOptionUsage": "选项 {option} 用法不对",
    }
)


def lines_of(error: Any) -> str:
    """The whole answer: what is wrong, and the command that shows how it is meant."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return str(error)
    zh = _WORDS.get(kind, "命令用法不对").format(name=_name(error), option=getattr(error, "option_name", ""))
    said = " ".join(error.format_message().split()).rstrip(".")
    where = f"{error.ctx.command_path} --help" if error.ctx else "whistle --help"
    return f"{zh} / {said}\n用法见 / see: {where}"


def _name(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    return str(next((text for text in parameter.opts if text.startswith("--")), parameter.opts[0]))
