"""Fixtures of the contract tests: a bare bus, and programs that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.lab import RUN, Bus, Program


@pytest.fixture
def bus(bus_url: str) -> Iterator[Bus]:
    """A client on a fresh vhost."""
    made = Bus(bus_url)
    yield made
    made.close()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start a program under eventlet; it is killed at the end."""
    started: list[Program] = []

    def start(source: str, *, limit: str = "", **config: Any) -> Program:
        program = Program(source, config=config, folder=tmp_path, limit=limit)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()


@pytest.fixture
def serve(run: Callable[..., Program]) -> Callable[..., Program]:
    """Start a stock nameko service (``class Service`` in the source) and wait until it consumes."""

    def start(source: str, *, wait: bool = True, limit: str = "", **config: Any) -> Program:
        program = run(source + RUN, limit=limit, **config)
        if wait:
            program.hear("started")
        return program

    return start
