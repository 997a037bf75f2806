"""Commands of points, run in an installation of their own."""

from __future__ import annotations

from typer.testing import CliRunner

from whistle.storage import make_engine, migrations
from whistle_points.cli import points

HERE = ["--district", "mawei"]


def make_run(tmp_path, monkeypatch):
    """Runs a command in an embedded installation of one district with a migrated points database."""
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
    monkeypatch.setenv("WHISTLE_DISTRICTS", "mawei")  # every command reads the packs anew
    engine = make_engine(f"sqlite:///{tmp_path}/points.db", schema="points")
    migrations.upgrade(engine, service="points", package="whistle_points")
    engine.dispose()
    return lambda *arguments: CliRunner().invoke(points, list(arguments))
