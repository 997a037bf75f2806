"""
Statements of a year as signed files: a page that opens anywhere, and a paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from whistle_points.domain import CHINA, Statement, canonical
from whistle_points.exporting import cell_text, paper, statement_tables
from whistle_points.signing import Signer


def statement_page(statement: Statement, signer: Signer) -> bytes:
    """A signed page, complete in itself; its figures for machines stand in ``<meta name="statement">``."""
    html = _template().render(
        title=_title(statement),
        lines=_lines(statement),
        tables={
            name: (head, [list(map(cell_text, row)) for row in rows])
            for name, (head, rows) in statement_tables(statement).items()
        },
        below=_below(statement, signer),
        figures=canonical(statement.figures()).decode(),
    )
    return signer.signed_page(html.encode() + b"\n")


def statement_paper(statement: Statement, signer: Signer) -> bytes:
    """A signed .docx."""
    made = paper(
        _title(statement),
        lines=_lines(statement),
        tables=statement_tables(statement),
        below=_below(statement, signer),
    )
    return signer.signed_paper(made)


FORMATS: Mapping[str, Callable[[Statement, Signer], bytes]] = {
    "html": statement_page,
    "docx": statement_paper,
}


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("whistle_points"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("statement.html")


def _title(statement: Statement) -> str:
    return f"{statement.year} 年度积分对账单 / Statement of points"


def _lines(statement: Statement) -> list[str]:
    who = (statement.name, statement.member, statement.branch, statement.district)
    return [" · ".join(part for part in who if part)]


def _below(statement: Statement, signer: Signer) -> list[str]:
    made = f"{statement.made_at.astimezone(CHINA):%Y-%m-%d %H:%M} {statement.made_by}"
    return [
        f"出具 Made: {made}",
        f"积分链 Chain: {statement.head_seq} {statement.head_hash}",
        f"签名 Signed (Ed25519): {signer.public}",
        "核验:向街道索取平台公钥,whistle points statement --check 文件 --key 公钥",
        "To check: ask the street office for the platform's public key; whistle points statement --check FILE --key KEY",
    ]
