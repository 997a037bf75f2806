"""
Publishes with confirms and with a time limit for each of them.

pika's blocking channel waits for a confirm without limit, and a broker that was killed and started again may never send one
although it answers heartbeats (seen on RabbitMQ 3.10 with a quorum queue). So this drives pika's own loop instead.
"""

from __future__ import annotations

import contextlib
from typing import Any

import pika
from pika import exceptions as amqp


def root_of(error: BaseException) -> BaseException:
    """What went wrong first, which pika wraps in up to three exceptions of its own (not all of them AMQPErrors)."""
    inner: object = error
    while isinstance(inner, BaseException):
        error = inner
        wrapped = getattr(error, "exceptions", None) or [
            getattr(error, "exception", None) or next(iter(error.args), None)
        ]
        inner = wrapped[-1]
    return error


class Publisher:
    """
    One connection with one channel in confirm mode. Not for several threads.

    Args:
        parameters: where to, and as whom.
        timeout: seconds for the whole of connecting.

    Raises:
        pika.exceptions.AMQPError, OSError: no connection; TimeoutError (an OSError) if the broker does not answer.
    """

    def __init__(self, parameters: pika.connection.Parameters, *, timeout: float) -> None:
        self._outcome: object = None
        self._returned = False
        self._channel: Any = None
        self._connection = pika.SelectConnection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=lambda _, error: self._settle(root_of(error)),
            on_close_callback=lambda _, error: self._settle(error),
        )
        try:
            self._wait(timeout)
        except BaseException:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        """False if the broker is known to be gone."""
        return bool(self._connection.is_open and self._channel is not None and self._channel.is_open)

    def publish(
        self, exchange: str, key: str, body: bytes, properties: pika.BasicProperties, *, timeout: float
    ) -> None:
        """
        Return when the broker has taken the message into a queue.

        Raises:
            pika.exceptions.UnroutableError: no queue takes this key.
            pika.exceptions.NackError: the queue refuses it, e.g. because it is full.
            pika.exceptions.AMQPError, OSError: refused or lost; as always it may have arrived all the same.
        """
        self._returned = False
        self._channel.basic_publish(exchange, key, body, properties, mandatory=True)
        self._wait(timeout)

    def close(self, *, timeout: float = 2) -> None:
        """Say goodbye if the broker listens, give the sockets back; never raises, and ends its use."""
        # AssertionError: what pika 1.4.4 answers when it is told to give up a connection that is still opening
        with contextlib.suppress(amqp.AMQPError, amqp.ChannelError, OSError, AssertionError):
            if not (self._connection.is_closed or self._connection.is_closing):
                self._connection.close()
                self._wait(timeout)
        self._connection.ioloop.close()

    def _wait(self, timeout: float) -> None:
        """Run pika's loop until something settled what is waited for."""
        self._outcome = None
        loop = self._connection.ioloop
        timer = loop.call_later(timeout, loop.stop)
        loop.start()
        loop.remove_timeout(timer)
        match self._outcome:
            case None:
                raise TimeoutError(f"the broker did not answer within {timeout:g} s")
            case BaseException() as error:
                raise error

    def _settle(self, outcome: object) -> None:
        self._outcome = self._outcome or outcome
        self._connection.ioloop.stop()

    def _on_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _, error: self._settle(error))
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=lambda _: self._settle("ready"))

    def _on_return(self, *_: object) -> None:
        self._returned = True

    def _on_confirm(self, frame: Any) -> None:
        if isinstance(frame.method, pika.spec.Basic.Nack):
            self._settle(amqp.NackError([]))
        else:  # what came back unrouted is confirmed after its return
            self._settle(amqp.UnroutableError([]) if self._returned else "confirmed")
