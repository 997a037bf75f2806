"""
Which revision a database should be at is told by the files' numbers, as Alembic would tell it.
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from whistle.runtime.services import installed_services, package_of
from whistle.storage.migrations import newest

PACKAGES = [package_of(service) for service in installed_services()]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_newest_revision_is_the_head(package: str) -> None:
    """Revisions are one line, and each has the number of its file."""
    config = Config()
    config.set_main_option(
        "script_location", str(Path(str(import_module(package).__file__)).parent / "migrations")
    )
    scripts = ScriptDirectory.from_config(config)
    assert [newest(package)] == scripts.get_heads()
    assert all(
        Path(script.path).name.startswith(f"{script.revision}_") for script in scripts.walk_revisions()
    )


def test_a_service_that_finds_its_database_up_to_date_does_without_alembic() -> None:
    """Neither the services nor their runtime import it."""
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from whistle.runtime.monkey import patch; patch()\n"
        "import whistle.runtime.embedded, sys\n"
        "from whistle.runtime.services import installed_services\n"
        "installed_services(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (0, "False\n") == (done.returncode, done.stdout), done.stderr
