"""
``whistle department sign|arrive|…``: what a department does with a dispatch, from its terminal.
"""

from __future__ import annotations

from typing import Annotated

import typer

from whistle.cli.department.speaking import (
    Account,
    By,
    CaFile,
    Dispatch,
    District,
    Party,
    Url,
    Wait,
    act,
    app,
)
from whistle.contracts import ArrivalProof


@app.command()
def sign(
    dispatch: Dispatch,
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """签收 / take the work on."""
    act(Account(url, district, party, ca, wait), by, lambda client: client.sign(dispatch, by=by))


@app.command()
def arrive(
    dispatch: Dispatch,
    by: By = "",
    place: Annotated[str, typer.Option("--place", help="到场地点 / where")] = "",
    photo: Annotated[str, typer.Option("--photo", help="照片存放位置 / where the photo lies")] = "",
    sha256: Annotated[str, typer.Option("--sha256", help="照片的 SHA-256 / of the photo")] = "",
    code: Annotated[str, typer.Option("--code", help="吹哨人现场告知的到场码 / told on the spot")] = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """报到,需要时附到场凭证 / be on site, with proof where the whistle asks for it."""
    proof = ArrivalProof(place=place or None, photo=photo or None, sha256=sha256 or None, code=code or None)
    shown = proof if proof != ArrivalProof() else None
    account = Account(url, district, party, ca, wait)
    act(account, by, lambda client: client.arrive(dispatch, by=by, proof=shown))


@app.command()
def progress(
    dispatch: Dispatch,
    text: Annotated[str, typer.Option("--text", help="进展 / how far")],
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """进展 / tell how far the work is."""
    account = Account(url, district, party, ca, wait)
    act(account, by, lambda client: client.progress(dispatch, by=by, text=text))


@app.command()
def report(
    dispatch: Dispatch,
    text: Annotated[str, typer.Option("--text", help="办理结果 / the result")],
    member: Annotated[
        list[str] | None, typer.Option("--member", help="参与党员编号,可多次 / who helped, repeatable")
    ] = None,
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """办结上报 / this party's part is done."""
    account = Account(url, district, party, ca, wait)
    act(account, by, lambda client: client.report(dispatch, by=by, text=text, members=member or ()))


@app.command("return")
def return_(
    dispatch: Dispatch,
    basis: Annotated[str, typer.Option("--basis", help="法律依据 / the legal basis")],
    suggest: Annotated[str, typer.Option("--suggest", help="建议转派单位 / whose work it is instead")] = "",
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """退单 / not this party's work."""
    account = Account(url, district, party, ca, wait)
    act(account, by, lambda client: client.return_(dispatch, by=by, basis=basis, suggested=suggest))


@app.command()
def first_contact(
    dispatch: Dispatch,
    text: Annotated[str, typer.Option("--text", help="联系情况 / what was said")] = "",
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """首次联系居民 / spoken to the resident for the first time."""
    account = Account(url, district, party, ca, wait)
    act(account, by, lambda client: client.first_contact(dispatch, by=by, text=text))


@app.command()
def extend(
    dispatch: Dispatch,
    span: Annotated[str, typer.Argument(help='时长,如 "5 个工作日" / how much, e.g. "5 working days"')],
    reason: Annotated[str, typer.Option("--reason", help="事由 / why")],
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """申请延期,由他人批准 / ask for more time, which somebody else allows."""
    account = Account(url, district, party, ca, wait)
    act(account, by, lambda client: client.extend(dispatch, by=by, span=span, reason=reason))


@app.command()
def urge(
    dispatch: Dispatch,
    text: Annotated[str, typer.Option("--text", help="催办内容 / what is urged")],
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """催办本单位首办的诉求 / urge on a case that this party received first."""
    account = Account(url, district, party, ca, wait)
    act(account, by, lambda client: client.urge(dispatch, by=by, text=text))
