"""Real departments: every party a client of its own on its own broker account, doing what a simulated one does."""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

from whistle.contracts import Action, DispatchRefused, DispatchSent, Event
from whistle.department import Department, Timing
from whistle.simulation.service import plan
from whistle.topology.accounts import add_party_account
from whistle.topology.broker_admin import BrokerAdmin

QUICK = Timing(reconnect=(0.1, 1), retry=(0.2, 1), grace=5, tick=0.05)


class Crew:
    """
    Args:
        folder: where the parties' inboxes are.
        parties: (district, party) of those who work.
    """

    def __init__(
        self, folder: Path, *, bus_url: str, admin: BrokerAdmin, parties: Collection[tuple[str, str]]
    ) -> None:
        self._folder = folder
        self._bus_url = bus_url
        self._admin = admin
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._parties = tuple(parties)
        self._members: list[Department] = []
        self._urls: dict[tuple[str, str], str] = {}
        self.refused: queue.Queue[Event[DispatchRefused]] = queue.Queue()

    def start(self) -> None:
        """Make the accounts and begin to listen."""
        self._folder.mkdir(exist_ok=True)
        for district, party in self._parties:
            department = self._member(district, party)
            thread = threading.Thread(
                target=self._listen, args=(department,), name=f"crew {party}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        for thread in self._threads:
            thread.join(20)
        for department in self._members:
            department.close()

    def speak(self, district: str, party: str, action: Action) -> str:
        """Act for a party; one that nobody plays gets an account now."""
        url = self._account(district, party)
        with Department(url, district, party, timing=QUICK) as department:
            return department.send(action)

    def _member(self, district: str, party: str) -> Department:
        inbox = self._folder / f"{district}.{party}.db"
        url = self._account(district, party)
        self._members.append(Department(url, district, party, inbox=inbox, timing=QUICK))
        return self._members[-1]

    def _account(self, district: str, party: str) -> str:
        known = self._urls.get((district, party))
        if known is None:
            account = add_party_account(
                district, party, bus_url=self._bus_url, admin=self._admin, rotate=True
            )
            known = self._urls[district, party] = account.url
        return known

    def _listen(self, department: Department) -> None:
        def work(event: Event[Any]) -> None:
            if isinstance(event.data, DispatchRefused):
                self.refused.put(event)
            elif isinstance(event.data, DispatchSent):
                for action, _after in plan(event.data):
                    department.send(action)

        department.listen(work, stop=self._stop)
