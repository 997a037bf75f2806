"""
Files that a page offers.
"""

from __future__ import annotations

from whistle.http.routes import Response


def attached(body: bytes, content_type: str, *, name: str) -> Response:
    """A file that the browser saves under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=content_type, headers=headers)
