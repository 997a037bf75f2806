"""
Evidence on the command line: files stay where they are, their hash is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from whistle.errors import Invalid


def evidence_of(files: Iterable[Path], *, kind: str) -> list[dict[str, str]]:
    """One piece for each file. Raises Invalid: it cannot be read."""
    return [{"kind": kind, "sha256": _hash(file), "note": file.name[:300]} for file in files]


def _hash(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise Invalid(f"无法读取 {file}:{error}", f"cannot read {file}: {error}") from None
