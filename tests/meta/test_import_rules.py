"""The import rule that import-linter cannot say: a service's domain stands on the standard library and the contracts alone."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.parent for path in ROOT.glob("services/*/pyproject.toml"))


def domain_modules(service: Path) -> list[Path]:
    """``domain.py``, or every module of the package ``domain/``."""
    package = service / f"whistle_{service.name}"
    return sorted([*package.glob("domain.py"), *package.glob("domain/**/*.py")])


def imported(module: Path) -> set[str]:
    """Absolute names of what a module imports: ``from a.b import c`` counts as ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or ".")
    return names


def is_allowed(name: str, service: str) -> bool:
    own_domain = f"whistle_{service}.domain"
    inside = ("whistle.contracts", own_domain)
    return name.split(".")[0] in sys.stdlib_module_names or any(
        name == one or name.startswith(f"{one}.") for one in inside
    )


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_domain_imports_nothing_but_the_standard_library_and_contracts(service: Path) -> None:
    """A rule of the field can be read, tested and moved without bus, database or web."""
    modules = domain_modules(service)
    foreign = {
        f"{module.relative_to(ROOT)} imports {name}"
        for module in modules
        for name in imported(module)
        if not is_allowed(name, service.name)
    }

    assert modules, f"{service.name} has no domain"
    assert set() == foreign


def test_the_rule_finds_a_foreign_import(tmp_path: Path) -> None:
    """The reader of imports sees both forms, and relative imports too."""
    module = tmp_path / "domain.py"
    module.write_text("import sqlalchemy.orm\nfrom whistle.storage import engine\nfrom . import store\n")

    assert {"sqlalchemy.orm", "whistle.storage", "."} == imported(module)
    assert [False, False, False, True] == [
        is_allowed(name, "intake")
        for name in ("sqlalchemy.orm", "whistle.storage", ".", "whistle.contracts.cases")
    ]
