"""
The thread that runs a department's handler: one letter after another, in order within each case.

A letter is acknowledged after the handler returned and its event id is on disk. One whose handler raised is tried again here,
with growing pauses; those of its case that came later wait behind it, all others go on. After ``Timing.tries`` it is parked
(``party.….dead`` on the broker) and the case goes on.

What came and is not done is noted in the inbox. After a crash the broker may give such letters again behind later ones: these
wait for them, which is how the order of a case survives a ``kill -9``, also where two processes share an inbox.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from whistle.contracts import REGISTRY, Event, decode
from whistle.department.inbox import Note, PartyInbox
from whistle.department.lanes import Delivery, Lanes, Letter, lane_of
from whistle.department.link import Timing, pause_after
from whistle.errors import Poison

LOG = logging.getLogger(
    "whistle.department"
)  # the standard library's: this runs inside other people's programs

Handler = Callable[[Event[Any]], None]


class Worker:
    """Runs for as long as ``listen`` runs."""

    def __init__(self, inbox: PartyInbox, handler: Handler, *, stop: threading.Event, timing: Timing) -> None:
        self._inbox = inbox
        self._handler = handler
        self._stop = stop
        self._timing = timing
        self._lanes = Lanes()
        self._todo: queue.SimpleQueue[Letter | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="whistle-department-handler", daemon=True)
        self.busy = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, deliveries: Sequence[Delivery]) -> None:
        """
        More to handle; called in the broker's thread. They are noted on disk before anything else happens, in one write.

        What cannot be read is set aside and acknowledged at once.
        """
        letters = [letter for one in deliveries if (letter := self._read(one)) is not None]
        try:
            self._inbox.note([_note(letter.event) for letter in letters])
        except OSError as error:  # a full disk: handled all the same, but a crash now costs their order
            LOG.warning("收件记录写不进 / the inbox file cannot be written: %s", error)
        for letter in letters:
            self._todo.put(letter)

    def finish(self) -> None:
        """Stop after the message in hand; what was not begun is left to its next delivery."""
        self._todo.put(None)

    def _read(self, delivery: Delivery) -> Letter | None:
        try:
            event = decode(delivery.body, REGISTRY)
        except Poison as error:
            LOG.warning("无法读取的消息已搁置 / a message that cannot be read was set aside: %s", error)
            self._inbox.set_aside(delivery.body, message_id=delivery.message_id, reason=str(error))
            delivery.session.acknowledge(delivery.tag)
            return None
        return Letter(delivery=delivery, event=event, came=time.monotonic())

    def _run(self) -> None:
        wait: float | None = None
        while self._collect(wait):
            self._lanes.drop_dead()
            try:
                moved = self._step()
            except OSError as error:  # the letter stays at the head of its lane
                LOG.warning("收件记录无法使用 / the inbox file cannot be used: %s", error)
                moved = False
            wait = 0 if moved else self._timing.tick if len(self._lanes) else None

    def _step(self) -> bool:
        """Run the next letter; False if none can."""
        letter = self._choose(time.monotonic())
        if letter is None:
            self._make_room(time.monotonic())
            return False
        self._try(letter)
        return True

    def _collect(self, wait: float | None) -> bool:
        """Take in what has come, waiting for the first at most so long (None: for ever); False at the end."""
        try:
            letter = self._todo.get(timeout=wait) if wait != 0 else self._todo.get_nowait()
            while letter is not None:
                self._lanes.add(letter)
                letter = self._todo.get_nowait()
        except queue.Empty:
            return True
        return False

    def _choose(self, now: float) -> Letter | None:
        """The next that may run: first of its case, its pause over, and nothing of its case missing before it."""
        for letter in self._lanes.heads(now):
            earlier = self._inbox.earlier(_note(letter.event))
            if not earlier:
                return letter
            if now - letter.came >= self._timing.patience:
                LOG.warning(
                    "同一案件此前的消息没有再来,不再等候 / earlier letters of the case did not come again: %s %s",
                    letter.lane,
                    ", ".join(map(str, earlier)),
                )
                self._inbox.give_up_earlier(_note(letter.event))
                return letter
        return None

    def _make_room(self, now: float) -> None:
        """
        Nothing can run. What is in hand for too long goes back before the broker takes it for lost (30 minutes): the notes keep
        its order. If every place is taken by what waits, there must be more places, that other cases may come.
        """
        for letter in self._lanes.older_than(now - self._timing.hold):
            self._lanes.remove(letter)
            letter.delivery.session.give_back(letter.delivery.tag)
        session = next((letter.delivery.session for letter in self._lanes), None)
        if session is not None and len(self._lanes) >= session.places and session.widen():
            LOG.warning(
                "手上 %d 条都在等待,再多取一些 / all %d messages in hand wait, taking more",
                len(self._lanes),
                len(self._lanes),
            )

    def _try(self, letter: Letter) -> None:
        self.busy = True
        try:
            if letter.delivery.session.alive and not self._stop.is_set():
                self._take(letter)
            else:
                self._lanes.remove(letter)
        except BaseException as error:  # noqa: BLE001 — sys.exit() in a handler must not end the thread unseen
            self._failed(letter, error)
        finally:
            self.busy = False

    def _take(self, letter: Letter) -> None:
        event = letter.event
        if not self._inbox.knows(event.id):
            self._handler(event)
            self._inbox.record(event.id, event.type)
        self._lanes.finish(letter)
        letter.delivery.session.acknowledge(letter.delivery.tag)

    def _failed(self, letter: Letter, error: BaseException) -> None:
        tries = self._inbox.failed(letter.event.id)
        if tries >= self._timing.tries:
            self._park(letter, error, tries=tries)
            return
        pause = pause_after(tries - 1, self._timing.retry)
        self._lanes.postpone(letter, time.monotonic() + pause)
        LOG.warning(
            "处理失败,%.1f 秒后重试 / handler failed, again in %.1f s: %s",
            pause,
            pause,
            letter.delivery.message_id,
            exc_info=error,
        )

    def _park(self, letter: Letter, error: BaseException, *, tries: int) -> None:
        delivery = letter.delivery
        LOG.error(
            "处理失败 %d 次,已搁置,同案其余消息继续 / handler failed %d times, set aside; its case goes on: %s",
            tries,
            tries,
            delivery.message_id,
            exc_info=error,
        )
        self._inbox.set_aside(
            delivery.body, message_id=delivery.message_id, reason=f"handler failed {tries} times: {error!r}"
        )
        self._inbox.forget(letter.event.id)
        self._lanes.finish(letter)
        delivery.session.park(delivery.tag)


def _note(event: Event[Any]) -> Note:
    return Note(event_id=event.id, lane=lane_of(event), sequence=event.sequence)
