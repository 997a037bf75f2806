"""
The link by which a party that works on the pages logs in.
"""

from __future__ import annotations

import sys

from whistle.settings import Settings


def login_link(settings: Settings, token: str, url: str = "") -> str:
    """The link at the platform's address ``url``, by default where this machine listens."""
    place = url or f"http://{settings.http_host}:{settings.http_port}"
    return f"{place.rstrip('/')}/login?token={token}"


def say_login(link: str | None) -> None:
    """On the error stream, so that what a script reads is the token alone; None: the token is the one it has."""
    if link is None:
        print(
            "# 令牌未变;要新的登录链接用 whistle party token / the token is unchanged; for a login link: whistle party token",
            file=sys.stderr,
        )
        return
    print(f"单位登录 / party login:  {link}", file=sys.stderr)
    print("# 链接就是钥匙,只交给该单位 / the link is the key: hand it to the party alone", file=sys.stderr)
