"""
Finds the version of a pack that somebody means: a folder, a version that lies ready, or what is installed.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from whistle.errors import NotFound
from whistle.plugins.loader import GROUP, Pack, load_packs, pack_in


def find_pack(named: str, *, district: str = "", ready: Path | None = None) -> Pack:
    """
    The pack that ``named`` means.

    Args:
        named: a folder with a pyproject.toml, an installed district, or (with ``district``) a version of it: the installed
            one or one that lies in ``ready``.
        district: whose versions are meant.
        ready: the folder in which packs lie ready, one folder each (``WHISTLE_PACKS``).

    Raises:
        NotFound: there is no such thing. Misconfigured: there is, but it cannot be used.
    """
    if is_folder(named):
        return pack_in(Path(named).resolve())
    if named in ("", district) or not district:
        return load_packs([district or named])[district or named]
    lying = ready_versions(ready, district)
    if named in lying:
        return pack_in(lying[named])
    installed = load_packs([district])[district]
    if named == installed.version:
        return installed
    known = ", ".join(sorted({installed.version, *lying}))
    raise NotFound(
        f"没有 {district} 的版本 {named}(已有: {known})",
        f"there is no version {named} of {district} (present: {known})",
    )


def is_folder(named: str) -> bool:
    """Is it a folder with a pack in it?"""
    return bool(named) and Path(named, "pyproject.toml").is_file()


def ready_versions(ready: Path | None, district: str) -> dict[str, Path]:
    """The versions of a district's pack that lie ready, by version; unreadable folders are passed over."""
    found: dict[str, Path] = {}
    for manifest in sorted(ready.glob("*/pyproject.toml")) if ready and ready.is_dir() else ():
        try:
            project = tomllib.loads(manifest.read_text(encoding="utf-8"))["project"]
            if district in project["entry-points"][GROUP]:
                found[str(project["version"])] = manifest.parent
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
            continue
    return found
