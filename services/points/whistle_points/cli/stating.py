"""
``whistle points statement``: signed statements of a year, and the check of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from whistle.errors import Invalid, Misconfigured
from whistle.files import whole_file
from whistle.settings import load_settings, with_secret
from whistle_points import handlers, signing
from whistle_points.cli.app import by, database, points, told, tools_for
from whistle_points.domain import Statement
from whistle_points.signing import Signer
from whistle_points.stating import FORMATS

Format = Literal["docx", "html", "both"]


@points.command()
def statement(
    year: Annotated[int | None, typer.Option("--year", help="哪一年 / of which year")] = None,
    district: Annotated[
        str, typer.Option("--district", envvar="WHISTLE_DISTRICT", help="区 / district")
    ] = "",
    member: Annotated[
        list[str] | None,
        typer.Option("--member", help="党员编号,可重复 / a member's number, may be repeated"),
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="全体党员 / everybody on the roll")] = False,
    to: Annotated[Path | None, typer.Option("--to", help="写到这个目录 / the folder to write to")] = None,
    form: Annotated[Format, typer.Option("--format", help="文件格式 / kind of file")] = "docx",
    check: Annotated[
        Path | None, typer.Option("--check", help="核验一个文件 / check the signature of a file")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", help="核验用的公钥,默认本机平台的 / the public key, by default our own")
    ] = "",
    show_key: Annotated[bool, typer.Option("--public-key", help="显示公钥 / show our public key")] = False,
) -> None:
    """年度积分对账单(签名),或核验一份 / signed statements of a year, or check one."""
    with told():
        if check is not None:
            _check(check, key or _own_key())
        elif show_key:
            typer.echo(_own_key())
        elif year is None or to is None or not district or bool(member) == everybody:
            raise Invalid(
                "需要 --year、--district、--to,以及 --member 或 --all;核验用 --check 文件",
                "give --year, --district, --to and either --member or --all; or --check FILE",
            )
        else:
            _write(year, district, member or [], to=to, form=form)


def _write(year: int, district: str, who: list[str], *, to: Path, form: Format) -> None:
    with database() as found, found.read() as unit:
        tools = tools_for(found)
        made: Iterable[Statement] = (
            handlers.statements(unit, who, scheme=district, year=year, by=by(), tools=tools)
            if who
            else handlers.all_statements(unit, scheme=district, year=year, by=by(), tools=tools)
        )
        signer, count = Signer.of(tools.secret), 0
        to.mkdir(parents=True, exist_ok=True)
        for one in made:
            for suffix in FORMATS if form == "both" else (form,):
                with whole_file(to / f"{one.member}-{one.year}.{suffix}") as part:
                    part.write_bytes(FORMATS[suffix](one, signer))
            count += 1
    typer.echo(f"已写入 {count} 人的对账单:{to} / statements of {count} member(s) written")


def _check(file: Path, key: str) -> None:
    try:
        found = signing.check(file.read_bytes(), public=key)
    except OSError as error:
        raise Invalid(f"无法读取 {file}:{error}", f"cannot read {file}: {error}") from None
    if found.whole:
        typer.echo("签名有效,文件未被改动 / the signature is good: nothing was changed")
        return
    typer.echo(
        f"签名无效:文件被改动(或另存过),或由另一密钥 {found.key} 签署 / "
        f"the signature is not good: the file was changed (or saved anew), or signed with another key, {found.key}",
        err=True,
    )
    raise typer.Exit(1)


def _own_key() -> str:
    settings = load_settings()
    if not settings.secret_key and not (settings.data / "secret.key").exists():
        raise Misconfigured(
            "本机没有平台密钥;用 --key 给出平台的公钥",
            "this machine has no key of a platform: give the platform's public key with --key",
        )
    return Signer.of(with_secret(settings)).public
