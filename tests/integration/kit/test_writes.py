"""The write queue of HTTP: one request's failure is its own, whatever it raises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.kit.running import Yard
from whistle.testing import wait_for

ANSWERS = {"slow": 200, "raise": 500, "exit": 500, "timeout": 503, "transient": 503, "rejected": 422}


@pytest.fixture
def yard(tmp_path):
    made = Yard("memory://", tmp_path)
    yield made
    made.close()


def test_what_is_no_exception_answers_one_request_and_stops_nobody(yard):
    """SystemExit and eventlet.Timeout amid good writes: 500 and 503 for their callers, the neighbours are committed."""
    service = yard.start().ready()
    titles = [*ANSWERS] * 4
    with ThreadPoolExecutor(len(titles)) as callers:
        statuses = list(callers.map(service.post_title, titles))
    assert [ANSWERS[title] for title in titles] == statuses
    assert ["slow"] * 4 == yard.told()
    assert 200 == service.post_title("slow")
    assert 0 == service.terminate()


def test_a_timeout_that_a_handler_left_running_does_not_stop_the_queue(yard):
    """It fires while the queue waits for work: recorded, and the next write is taken as if nothing had happened."""
    service = yard.start().ready()
    assert 200 == service.post_title("left")
    wait_for(lambda: "writes_interrupted" in service.errors(), timeout=10, what="the timeout to fire")
    assert 200 == service.post_title("slow")
    assert ["left", "slow"] == yard.told()
    assert 0 == service.terminate()
