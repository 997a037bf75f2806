"""
schemathesis on our own OpenAPI document: whatever anybody sends, no service fails, and answers are as documented.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from whistle.testing.platform import EmbeddedPlatform

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = "8"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlatform]:
    """The embedded platform: one origin with the interfaces of all services."""
    with EmbeddedPlatform(tmp_path_factory.mktemp("platform")) as platform:
        yield platform


@pytest.mark.timeout(420)
def test_no_request_makes_a_service_fail(platform: EmbeddedPlatform, tmp_path: Path) -> None:
    """Generated requests, sound and unsound, to every documented operation are answered as documented, never with a 500."""
    command = [
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"http://127.0.0.1:{platform.process.port}/openapi.json",
        ),
        *(
            "--checks",
            CHECKS,
            "--max-examples",
            EXAMPLES,
            "--phases",
            "coverage,fuzzing",
            "--workers",
            "1",
        ),
        *("--generation-database", "none", "--seed", "20261122", "--no-color"),
        *("--header", f"Authorization: Bearer {platform.token()}"),
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False)

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert "passed" in run.stdout
