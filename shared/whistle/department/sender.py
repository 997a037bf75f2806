"""
Publishes a party's actions: confirmed, mandatory, and with one event id however often it is tried.
"""

from __future__ import annotations

import threading
import time

import pika
from pika import exceptions as amqp

from whistle import topology
from whistle.contracts import CONTENT_TYPE, Action, Event, encode
from whistle.department.link import FAILURES, Link, pauses
from whistle.department.publisher import Publisher
from whistle.errors import DependencyDown, Misconfigured, WhistleError


class Sender:
    """
    One publishing connection, opened when it is needed and closed when it was idle; any thread may call it.

    It is another connection than the one that listens, because a broker in trouble blocks whoever publishes.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._publisher: Publisher | None = None
        self._used = 0.0

    def send(self, event: Event[Action]) -> None:
        """
        Return when the broker has confirmed ``event``.

        Raises:
            DependencyDown: not confirmed within ``give_up`` seconds; it may have arrived all the same, so say it again with
                the same event id.
            Misconfigured: the broker will never take it: no permission, another party's account, nobody listens.
        """
        body, properties = encode(event), _properties(event)
        assert event.party is not None
        key = topology.action_key(event.data, district=event.district, party=event.party)
        deadline = time.monotonic() + self._link.timing.give_up
        with self._lock:
            for pause in pauses(self._link.timing.reconnect):
                try:
                    self._publish(key, body, properties, deadline=deadline)
                except FAILURES as error:
                    self._drop()
                    problem = self._explain(error)
                    if isinstance(problem, Misconfigured) or time.monotonic() + pause > deadline:
                        raise problem from error
                else:
                    return
                if self._closing.wait(pause):
                    raise DependencyDown("正在关闭,动作未确认", "closing; the action was not confirmed")

    def close_if_idle(self) -> None:
        """Close a connection that nobody used for a while: nobody answers the broker's heartbeats on it."""
        if self._publisher is None or not self._lock.acquire(blocking=False):
            return
        try:
            if self._stale():
                self._drop()
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the connection; whoever is still trying gives up."""
        self._closing.set()
        with self._lock:
            self._drop()

    def _publish(self, key: str, body: bytes, properties: pika.BasicProperties, *, deadline: float) -> None:
        timing = self._link.timing
        if self._stale():
            self._drop()
        if self._publisher is None:
            self._publisher = self._link.publisher()
        self._used = time.monotonic()
        patience = max(0.1, min(timing.confirm, deadline - self._used))
        self._publisher.publish(topology.ACTIONS, key, body, properties, timeout=patience)
        self._used = time.monotonic()

    def _stale(self) -> bool:
        idle = time.monotonic() - self._used
        return self._publisher is not None and (
            idle > self._link.timing.heartbeat or not self._publisher.is_open
        )

    def _drop(self) -> None:
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            publisher.close()

    def _explain(self, error: BaseException) -> WhistleError:
        if isinstance(error, amqp.UnroutableError):
            return Misconfigured(
                "没有服务接收单位的动作(routing 未启动过),请城市 IT 运行 whistle bus declare",
                "nobody takes the actions of parties, ask the city's IT to run whistle bus declare",
            )
        if isinstance(error, amqp.NackError):
            return DependencyDown(
                "消息总线暂时收不下(队列已满)", "the broker does not take it now: its queue is full"
            )
        return self._link.explain(error, thing=topology.ACTIONS)


def _properties(event: Event[Action]) -> pika.BasicProperties:
    assert event.party is not None
    headers = {"cloudEvents_type": event.type}
    if event.traceparent:
        headers["traceparent"] = event.traceparent
    return pika.BasicProperties(
        content_type=CONTENT_TYPE,
        delivery_mode=2,
        message_id=event.id,
        type=event.type,
        correlation_id=event.case_no,
        timestamp=int(event.time.timestamp()),
        app_id="whistle-department",
        user_id=topology.party_user(event.district, event.party),
        headers=headers,
    )
