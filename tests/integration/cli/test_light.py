"""What a command does not need it does not load: an operator who asks often should not wait for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from whistle.runtime.services import installed_services, prepare
from whistle.settings import load_settings

LOADED = """
import json, sys
from whistle.cli import main
sys.argv = ["whistle", *sys.argv[1:]]
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""
HEAVY = {"alembic", "prometheus_client", "werkzeug", "zhconv"}
GREEN = {"eventlet", "jinja2", "kombu", "nameko", "whistle_intake", "whistle_routing"}


@pytest.mark.parametrize(
    ("command", "absent"),
    [(["dead", "list"], HEAVY | GREEN), (["verify"], HEAVY), (["token", "--help"], HEAVY | GREEN)],
)
def test_a_command_loads_only_what_it_needs(
    tmp_path: Path, monkeypatch, command: list[str], absent: set[str]
) -> None:
    """Neither the services nor what only a running process needs."""
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
    prepare(installed_services(), load_settings())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED, *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=dict(os.environ),
    )
    assert set() == absent & set(json.loads(done.stderr.splitlines()[-1]))
