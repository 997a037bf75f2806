"""
``whistle contracts …``: the contracts as files, for those who do not use Python.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from whistle.contracts import REGISTRY
from whistle.contracts.export import all_schemas, asyncapi, envelope_schema, json_schema

app = typer.Typer(
    help="消息契约 / message contracts", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


@app.command()
def schema(
    message: Annotated[
        str, typer.Argument(metavar="[TYPE]", help="如 / e.g. case.filed, whistle.case.filed.v1, envelope")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="写入目录,每种消息一个文件 / a folder, one file each")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="消息清单用 JSON / the list of messages as JSON")
    ] = False,
) -> None:
    """消息的 JSON Schema;不写 TYPE 时列出全部消息 / JSON Schema 2020-12 of a message; without TYPE, the list of messages."""
    if message:
        _write(_schema(message), None if out is None else out / _file(message))
    elif out is not None:
        for name, document in all_schemas().items():
            _write(document, out / name)
    elif as_json:
        print(json.dumps(sorted(REGISTRY), ensure_ascii=False))
    else:
        print("\n".join(sorted(REGISTRY)))


@app.command("asyncapi")
def asyncapi_(
    out: Annotated[
        Path | None, typer.Option("--out", help="文件,.json 或 .yaml / a file, .json or .yaml")
    ] = None,
) -> None:
    """全部频道与消息的 AsyncAPI 3.0 文档 / every channel and message as one AsyncAPI 3.0 document."""
    _write(asyncapi(), out)


def _schema(name: str) -> dict[str, Any]:
    if name == "envelope":
        return envelope_schema()
    return json_schema(REGISTRY[_type(name)])


def _type(name: str) -> str:
    """The wire type of ``case.filed``, ``case.filed.v1`` or ``whistle.case.filed.v1``; the latest version if none is named."""
    found = [
        wire
        for wire in REGISTRY
        if name in (wire, wire.removeprefix("whistle."), wire.split(".", 1)[1].rpartition(".")[0])
    ]
    if not found:
        _fail(
            f"没有消息 {name!r},用 whistle contracts schema 列出全部",
            f"no message {name!r}; `whistle contracts schema` lists them",
            2,
        )
    return max(found, key=lambda wire: int(wire.rpartition(".v")[2]))


def _file(name: str) -> str:
    return "envelope.v1.json" if name == "envelope" else f"{_type(name).removeprefix('whistle.')}.json"


def _write(document: dict[str, Any], path: Path | None) -> None:
    if path is not None and path.suffix not in (".json", ".yaml", ".yml"):
        _fail(f"{path} 应以 .json 或 .yaml 结尾", f"{path} must end in .json or .yaml", 2)
    if path is None:
        print(_text(document, ".json"), end="")
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(document, path.suffix), encoding="utf-8")
    except OSError as error:
        _fail(f"无法写入 {path}", f"cannot write {path}: {error.strerror}", 1)


def _text(document: dict[str, Any], suffix: str) -> str:
    if suffix == ".json":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    try:
        import yaml  # type: ignore[import-untyped] # a department's install may be without
    except ImportError:
        _fail("写 YAML 需要 PyYAML,或改用 .json", "YAML needs PyYAML; or choose .json", 1)
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120))


def _fail(zh: str, en: str, status: int) -> NoReturn:
    typer.echo(f"{zh} / {en}", err=True)
    raise typer.Exit(status)
