"""The demo's people: they say when the platform does not answer, and are silent once it is ending."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from whistle.errors import DependencyDown
from whistle.simulation.people import Client
from whistle.simulation.seed import keep_at_work


class Platform(Client):
    """Answers nobody; it is told to stop in the round ``last``, before or after it is asked."""

    def __init__(self, *, last: int, stops_while_asked: bool) -> None:
        super().__init__("http://127.0.0.1:1", "-")
        self.asked, self.last, self.stops_while_asked = 0, last, stops_while_asked
        self.ending = False

    def call(self, method: str, path: str, body: object = None, *, key: str | None = None) -> object:
        self.asked += 1
        self.ending = self.stops_while_asked and self.asked == self.last
        raise DependencyDown("平台没有响应", "no answer")

    def ends(self) -> bool:
        return self.ending or (not self.stops_while_asked and self.asked == self.last)


@pytest.mark.parametrize("last", [1, 2])
def test_people_are_silent_when_the_platform_stops_while_they_ask(last: int) -> None:
    """Every round before that is told of; the last is not, and there is none after it."""
    platform = Platform(last=last, stops_while_asked=True)
    with capture_logs() as said:
        keep_at_work(platform, ending=platform.ends, every=0.001)
    assert (last, ["demo_people_pause"] * (last - 1)) == (platform.asked, [one["event"] for one in said])


def test_nobody_asks_a_platform_that_was_told_to_stop() -> None:
    """Told to stop between two rounds: no third round begins."""
    platform = Platform(last=0, stops_while_asked=False)
    with capture_logs() as said:
        keep_at_work(platform, ending=platform.ends, every=0.001)
    assert (0, []) == (platform.asked, said)
