"""
Where less is allowed, less is separated, and nothing breaks: the platform as root in a container without capabilities.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
OWN_USERS = 2_000_000_000
"""From here up user ids belong to nobody, so a plugin may have one of its own."""
DECIDE = """
import json, os
from pathlib import Path
from tests.plugins import packs
from whistle.plugins.host.parent import PluginHost, Request
from whistle.plugins.loader import pack_in
pack = pack_in(Path("deploy/districts/mawei"))
host = PluginHost(pack)
(outcome,) = host.decide([Request(case=packs.a_case("mawei"), facts=packs.facts_of(pack))])
users = []
for status in Path("/proc").glob("[0-9]*/status"):
    told = dict(line.split(":", 1) for line in status.read_text().splitlines())
    if int(told["PPid"]) == os.getpid():
        users.append(int(told["Uid"].split()[0]))
print(json.dumps([outcome.failure, {**host.describe()["isolation"], "users": users}]))
host.stop()
"""


def decided_without(capabilities: str) -> dict[str, Any]:
    """Decide a case in a platform that lacks these capabilities; returns the isolation that was reached."""
    less = (
        ["setpriv", f"--bounding-set={capabilities}"] if os.geteuid() == 0 and shutil.which("setpriv") else []
    )
    done = subprocess.run(
        [*less, sys.executable, "-c", DECIDE],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    failure, isolation = json.loads(done.stdout)
    assert failure is None
    return isolation


@pytest.mark.parametrize("capabilities", ["-all", "-sys_admin", "-setuid,-setgid", "-sys_admin,-setfcap"])
def test_fewer_capabilities_break_nothing(capabilities: str) -> None:
    """The case is decided, and the description claims a user of its own only where the process has one."""
    isolation = decided_without(capabilities)
    assert "512 MB" == isolation["memory"]
    assert isolation["users"]
    assert (isolation["user"] == "own") == all(user >= OWN_USERS for user in isolation["users"])


def test_nothing_is_claimed_without_any_capability() -> None:
    """Root without any capability can separate nothing, and says so."""
    isolation = decided_without("-all")
    if os.geteuid() == 0:
        assert ("shared", "shared") == (isolation["network"], isolation["files"])
