"""
Files that appear whole: whoever reads one sees what was there before, or all of the new one, also after a power cut.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path, *, mode: int = 0o600) -> Iterator[Path]:
    """
    A path beside ``path`` to write to; at the end of the block, if it did not raise, the file is on disk and takes that name.
    What was there before stays until then, and for good if the block raises.

    Args:
        mode: who may read it; by default its owner only, since most files name people.

    Raises:
        OSError: the place cannot be written to.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)  # left behind by a process that died: not to be trusted with its mode
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        yield part
        _onto_disk(part)
        part.replace(path)
        _onto_disk(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _onto_disk(path: Path) -> None:
    """A file's contents, or a folder's names."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
