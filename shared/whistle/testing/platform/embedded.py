"""The embedded platform: ``whistle up`` on a data folder, with simulated parties that act at once."""

from __future__ import annotations

from pathlib import Path

from whistle.clock import SystemClock
from whistle.contracts import Action
from whistle.simulation.store import DepartmentsUnit
from whistle.storage import Database, make_engine
from whistle.testing.platform.base import Platform
from whistle.testing.platform.part import Part


class EmbeddedPlatform(Platform):
    """One process; everything is in ``folder``."""

    mode = "embedded"

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.process = Part("up", ["up", "--simulate"], folder=folder, env=self.environment)
        self.parts = {"up": self.process}

    def start(self) -> None:
        self.process.start()

    def part_for(self, path: str) -> Part:
        return self.process

    def speak(self, district: str, party: str, action: Action) -> str:
        """Through the outbox of the simulated departments, which are whoever they say they are."""
        engine = make_engine(f"sqlite:///{self.folder / 'data' / 'departments.db'}", schema="departments")
        database = Database(engine, DepartmentsUnit, clock=SystemClock())
        try:
            with database.write() as unit:
                return unit.say(action, district=district, party=party)
        finally:
            database.close()
