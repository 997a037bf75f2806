"""What tests can do with a platform, however it runs."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.contracts import Action
from whistle.simulation.people import Client
from whistle.testing.platform.hands import Hands
from whistle.testing.platform.part import WHISTLE, Part
from whistle.testing.waiting import wait_for

HTTP_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; ``body`` is parsed if it is JSON, else the text."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class CliRun:
    """A finished run of the command line."""

    code: int
    stdout: str
    stderr: str


DISTRICTS = "mawei,gaochang"
"""Two districts show what concerns several; each one more costs every start a process and an organisation."""


class Platform(ABC):
    """
    A context manager: entering it prepares and starts everything, leaving it ends everything.

    Args:
        folder: data, logs and inboxes go there; one that was used before is gone on with.
        settings: further ``WHISTLE_*`` settings of all processes.
    """

    mode: str

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.secret = secrets.token_urlsafe(48)
        self._settings = settings
        self._tokens = Tokens(self.secret, SystemClock())
        self.parts: dict[str, Part] = {}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- life -------------------------------------------------------------------------------------------------

    @abstractmethod
    def start(self) -> None:
        """Prepare what is needed and start all processes; returns when they are ready."""

    def close(self) -> None:
        """End all processes."""
        for part in self.parts.values():
            part.end()

    @abstractmethod
    def part_for(self, path: str) -> Part:
        """The process that answers this path."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process: ours without anything of Whistle's, and the settings."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")}
        return {
            **plain,
            "PYTHONUNBUFFERED": "1",
            "WHISTLE_DATA": str(self.folder / "data"),
            "WHISTLE_SECRET_KEY": self.secret,
            "WHISTLE_LOG_FORMAT": "json",
            "WHISTLE_DISTRICTS": DISTRICTS,
            **self._settings,
        }

    # --- HTTP -------------------------------------------------------------------------------------------------

    def token(self, role: str = "admin", scope: str = "*", *, sub: str = "test") -> str:
        """A bearer token for staff."""
        return self._tokens.issue(sub=sub, role=role, scope=scope)

    def http(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> Answer:
        """
        One request on a connection of its own; ``idempotency_key="…"`` becomes ``Idempotency-Key: …``. With
        ``token=""`` nobody in particular asks, without it an administrator.

        Raises:
            OSError, http.client.HTTPException: there was no answer.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if bearer := self.token() if token is None else token:
            named["Authorization"] = f"Bearer {bearer}"
        payload = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        if body is not None:
            named.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.part_for(path).port, timeout=HTTP_SECONDS)
        try:
            connection.request(method, path, body=None if body is None else payload, headers=named)
            answer = connection.getresponse()
            return Answer(answer.status, _parsed(answer, answer.read()), dict(answer.getheaders()))
        finally:
            connection.close()

    def people(self, *, sub: str = "test") -> Client:
        """Residents and staff, who use the platform over HTTP."""
        return _ByPath(self, self.token(sub=sub))

    def case(self, no: str) -> dict[str, Any]:
        """A case with its timeline, as staff sees it."""
        found: dict[str, Any] = self.people().call("GET", f"/api/v1/cases/{no}")
        return found

    def cases(self, **query: str) -> Iterator[dict[str, Any]]:
        """The whole ledger, newest first."""
        yield from self._pages("/api/v1/cases", "cases", "before", query)

    def dispatches(self, **query: str) -> Iterator[dict[str, Any]]:
        """All dispatches, oldest first."""
        yield from self._pages("/api/v1/dispatches", "dispatches", "after", query)

    def _pages(self, path: str, name: str, cursor: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        people, position = self.people(), ""
        asked = "".join(f"&{key}={value}" for key, value in query.items())
        while True:
            page = people.call("GET", f"{path}?limit=500{asked}{position}")
            yield from page[name]
            if not page["next"]:
                return
            position = f"&{cursor}={page['next']}"

    def wait_until_closed(self, numbers: Collection[str], *, timeout: float = 60.0) -> None:
        """Be staff and residents (parties without a queue too) until all these cases are closed."""
        wanted = set(numbers)
        with Hands(self) as hands:

            def all_closed() -> bool:
                if hands.work():
                    return False
                return wanted <= {case["no"] for case in self.cases(state="closed")}

            wait_for(all_closed, timeout=timeout, what=f"{len(wanted)} cases to be closed", every=0.1)

    # --- what parties do --------------------------------------------------------------------------------------

    @abstractmethod
    def speak(self, district: str, party: str, action: Action) -> str:
        """Let a party act over the bus, whether it may or not; the action's event id."""

    # --- the command line -------------------------------------------------------------------------------------

    def cli(self, *arguments: str, timeout: float = 60.0) -> CliRun:
        """Run ``whistle …`` with the platform's settings."""
        done = subprocess.run(
            [*WHISTLE, *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return CliRun(done.returncode, done.stdout, done.stderr)

    def require(self, *arguments: str) -> str:
        """Run ``whistle …``, which must succeed; what it printed."""
        done = self.cli(*arguments)
        assert done.code == 0, f"whistle {' '.join(arguments)}: {done.code}\n{done.stdout}{done.stderr}"
        return done.stdout

    def verify(self, *, grace: float = 0) -> dict[str, Any]:
        """What ``whistle verify --json`` finds; ``code`` is its exit code."""
        done = self.cli("verify", "--json", "--grace", str(grace))
        assert done.stdout, done.stderr
        return {**json.loads(done.stdout), "code": done.code}

    def wait_until_clean(self, *, timeout: float = 60.0) -> dict[str, Any]:
        """Wait until nothing is on its way any more and ``verify`` finds no difference; its report."""
        seen: list[dict[str, Any]] = []

        def clean() -> bool:
            seen.append(self.verify())
            return (seen[-1]["code"], seen[-1]["waiting"]) == (0, 0)

        try:
            wait_for(clean, timeout=timeout, what="verify to be clean", every=0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{json.dumps(seen[-1:], ensure_ascii=False, indent=1)}") from None
        return seen[-1]

    def dead_list(self) -> list[dict[str, Any]]:
        """The parked messages."""
        found: list[dict[str, Any]] = json.loads(self.require("dead", "list", "--json"))
        return found


class _ByPath(Client):
    """A client that finds the process that answers a path, as a reverse proxy does."""

    def __init__(self, platform: Platform, token: str) -> None:
        self._platform = platform
        self._token = token
        self._clients: dict[str, Client] = {}

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        url = self._platform.part_for(path).url
        client = self._clients.setdefault(url, Client(url, self._token))
        return client.call(method, path, body, key=key)


def _parsed(answer: http.client.HTTPResponse, body: bytes) -> Any:
    content_type = answer.headers.get_content_type()
    if body and (content_type == "application/json" or content_type.endswith("+json")):
        return json.loads(body)
    return body.decode("utf-8", "replace")
