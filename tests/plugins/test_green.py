"""
The same behaviour in a process that eventlet patched before anything else was imported, as the services run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATCHED = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
import sys, pytest
from eventlet import patcher
assert patcher.is_monkey_patched("socket")
sys.exit(pytest.main(sys.argv[1:]))
"""
FREE = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])
from tests.plugins import packs
from whistle.plugins.host.parent import Limits, PluginHost, Request
from whistle.plugins.loader import load_packs
packs.write_pack(Path(sys.argv[1]), "qi", body=packs.NAUGHTY)
pack = load_packs(["qi"])["qi"]
host = PluginHost(pack, limits=Limits(call=1.0))
host.start()
longest, running = 0.0, True
def beat():
    global longest
    while running:
        began = time.monotonic()
        eventlet.sleep(0.01)
        longest = max(longest, time.monotonic() - began)
beating = eventlet.spawn(beat)
(outcome,) = host.decide([Request(case=packs.a_case("qi", "wait"), facts=packs.facts_of(pack))])
running = False
beating.wait()
host.stop()
assert "1 s" in outcome.failure, outcome
print(longest)
"""


def _run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("module", ["test_host.py", "test_router.py"])
def test_suite_passes_green(module: str) -> None:
    """Every test of the host and the router passes in a patched process."""
    done = _run(PATCHED, "-q", "-x", "-p", "no:cacheprovider", str(Path("tests/plugins") / module))
    assert 0 == done.returncode, done.stdout[-3000:] + done.stderr[-1000:]


def test_hanging_plugin_does_not_stop_the_loop(tmp_path: Path) -> None:
    """While a plugin hangs for a second, other green threads of the process go on."""
    tmp_path.chmod(0o755)
    done = _run(FREE, str(tmp_path), str(ROOT))
    assert 0 == done.returncode, done.stderr[-2000:]
    assert float(done.stdout) < 0.5
