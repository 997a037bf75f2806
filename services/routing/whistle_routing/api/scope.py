"""
Which districts a caller may see.
"""

from __future__ import annotations

from collections.abc import Collection

from whistle.errors import Forbidden
from whistle.http.routes import Request


def districts_in_scope(request: Request, wanted: str | None) -> Collection[str] | None:
    """
    The wanted district, or all in the caller's scope; None: all there are.

    Raises:
        Forbidden: the wanted district is outside of the scope.
    """
    who = request.principal
    if who is None or (wanted and not who.covers(wanted)):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    if wanted:
        return [wanted]
    return None if who.scope == "*" else [who.scope.partition("/")[0]]
