"""
Static files of services under ``/static/<service>/…``: only files that were there at the start, so no name leads anywhere else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from whistle.errors import Misconfigured, NotFound
from whistle.http.routes import Call, Request, Response, RouteSpec

# a table of our own: what the machine has in /etc/mime.types must not decide what a browser executes
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_CACHE = "public, max-age=3600"
PATH = "/static/<service>/<path:name>"


@dataclass(frozen=True, slots=True)
class _Version:
    """A file as it was last read."""

    changed: tuple[int, int]
    etag: str


class StaticFiles:
    """The static folders of the services of one process."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], Path] = {}
        self._versions: dict[Path, _Version] = {}

    def add(self, service: str, folder: Path) -> None:
        """
        Take every file below the folder. Hidden files and links that lead out of it are left out. Raises Misconfigured if
        there is no such folder.
        """
        root = folder.resolve()
        if not root.is_dir():
            raise Misconfigured(
                f"静态文件目录不存在：{folder}", f"there is no folder of static files: {folder}"
            )
        for path in root.rglob("*"):
            name = path.relative_to(root)
            hidden = any(part.startswith(".") for part in name.parts)
            if path.is_file() and not hidden and path.resolve().is_relative_to(root):
                self._files[service, name.as_posix()] = path

    def serve(self, request: Request) -> Response:
        """The file with an ETag, or 304 if the caller has it already. Raises NotFound."""
        path = self._files.get((str(request.path["service"]), str(request.path["name"])))
        try:
            raw = path.read_bytes() if path else None
        except OSError:
            raw = None
        if path is None or raw is None:
            raise NotFound("没有这个文件", "there is no such file")
        etag = self._etag(path, raw)
        headers = {"ETag": etag, "Cache-Control": _CACHE}
        known = request.headers.get("if-none-match", "")
        if known == "*" or etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return Response(None, status=304, headers=headers)
        return Response(
            raw, content_type=_TYPES.get(path.suffix.lower(), "application/octet-stream"), headers=headers
        )

    def _etag(self, path: Path, raw: bytes) -> str:
        stat = path.stat()
        changed = (stat.st_mtime_ns, len(raw))
        version = self._versions.get(path)
        if version is None or version.changed != changed:
            version = self._versions[path] = _Version(changed, f'"{hashlib.sha256(raw).hexdigest()[:24]}"')
        return version.etag


def route(files: StaticFiles) -> tuple[RouteSpec, Call]:
    """``GET /static/<service>/…``."""
    spec = RouteSpec(
        method="GET",
        path=PATH,
        service="http",
        name="show_static_file",
        answer_type="application/octet-stream",
    )
    return spec, files.serve
