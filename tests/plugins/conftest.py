"""
Packs, hosts and routers that are stopped when the test is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugins import packs
from whistle.clock import SetClock
from whistle.plugins.desk import Limits, Router
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.loader import Pack, load_packs


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Pack]:
    """``install("qi", body=…)`` writes a pack, puts it on the path and loads it the way the platform does."""
    monkeypatch.syspath_prepend(str(tmp_path))
    tmp_path.chmod(
        0o755
    )  # a pack that only root can read would keep its plugin from getting a user of its own

    def _install(district: str, **parts: str) -> Pack:
        packs.write_pack(tmp_path, district, **parts)
        return load_packs([district])[district]

    return _install


@pytest.fixture
def hosted(install: Callable[..., Pack]) -> Iterator[Callable[..., PluginHost]]:
    """``hosted("qi", body=…)`` gives the host of a pack made on the spot."""
    made: list[PluginHost] = []

    def _hosted(district: str, *, limits: Limits | None = None, **parts: str) -> PluginHost:
        made.append(PluginHost(install(district, **parts), limits=limits))
        return made[-1]

    yield _hosted
    for host in made:
        host.stop()


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands still."""
    return SetClock(packs.NOW)


@pytest.fixture
def routed(install: Callable[..., Pack], clock: SetClock) -> Iterator[Callable[..., Router]]:
    """``routed("qi", "ba", body=…)`` gives a router over packs made on the spot."""
    made: list[Router] = []

    def _routed(
        *districts: str, limits: Limits | None = None, cool_down: dt.timedelta | None = None
    ) -> Router:
        found = {district: install(district, body=packs.NAUGHTY) for district in districts}
        made.append(Router(found, clock=clock, limits=limits or Limits(call=1.0), cool_down=cool_down))
        return made[-1]

    yield _routed
    for router in made:
        router.stop()
