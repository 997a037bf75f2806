"""
The plugin author's guide does what it says: its blocks are run in their order, in an empty folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from whistle.cli.plugin import app

GUIDE = Path(__file__).parents[2] / "services" / "routing" / "PLUGINS.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_guide_works(tmp_path: Path) -> None:
    """Files are written, tables appended, commands run: each succeeds, and the last ones say what the guide promises."""
    tmp_path.chmod(0o755)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")}
    scripts = str(Path(sys.executable).parent)
    environment = {
        **plain,
        "PATH": f"{scripts}:{os.environ['PATH']}",
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
    }
    said = []
    for language, file, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if file:
            path = tmp_path / file
            before = path.read_text(encoding="utf-8") + "\n" if language == "toml" else ""
            path.write_text(before + text, encoding="utf-8")
        elif language == "sh":
            done = subprocess.run(
                ["sh", "-eu", "-c", text],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=110,
                check=False,
            )
            assert (0, language) == (done.returncode, language), done.stdout + done.stderr
            said.append(done.stdout)
    assert 4 == len(said)
    assert "没有发现问题" in said[1]
    assert "passed" in said[2]
    assert "lakeside-community → street" in said[3]


@pytest.mark.parametrize("word", ["trace", "reload", "reset", "shadow", "status", "replay", "diff"])
def test_the_commands_it_names_exist(word: str) -> None:
    """Each has a help text of its own."""
    done = CliRunner().invoke(app, [word, "--help"])
    assert (0, True) == (done.exit_code, word in done.stdout), done.stderr
