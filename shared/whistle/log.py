"""
structlog: JSON off a terminal, pretty on one. Context (case number, event id, service, district) is bound
once at the edge.

Phone and ID numbers are masked in every line, ours or a library's, as a last line of defence: nothing is
meant to log them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import structlog

from whistle.privacy import mask_text

_ABOUT: ContextVar[Mapping[str, Any]] = ContextVar("about", default=MappingProxyType({}))
"""One variable for all facts: structlog's own has one for each, which costs more than the message it is bound for."""
_NOISY = ("amqp", "kombu", "nameko", "pika", "apprise", "sqlalchemy.engine", "alembic")


def configure(*, level: str = "INFO", form: str = "auto") -> None:
    """
    Set up structlog and the standard library's logging to one stream (stderr); ``form`` is auto, json or
    pretty.
    """
    pretty = form == "pretty" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        add_facts,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if pretty
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # kombu logs raw bodies it cannot decode, nameko logs handlers' arguments: neither may reach a file
    logging.getLogger("kombu.mixins").setLevel(logging.CRITICAL)


@contextmanager
def about(**facts: Any) -> Iterator[None]:
    """Every line that is logged inside, by us or by a library, names these facts."""
    token = _ABOUT.set({**_ABOUT.get(), **facts})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def add_facts(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The processor behind :func:`about`; what the line says itself stands."""
    return {**_ABOUT.get(), **line}


def log_as(service: str, call: Callable[[], Any]) -> Callable[[], Any]:
    """``call`` for a thread of its own: each line that is logged in it names the service."""

    def run() -> Any:
        with about(service=service):
            return call()

    return run


def _mask(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in line.items():
        if not key.startswith("_"):  # structlog's own: the record, and whether it is a library's
            line[key] = _masked(value)
    return line


def _masked(value: Any) -> Any:
    """``value`` as JSON could show it, masked to its depths; what is no JSON value is shown by its ``repr``."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        text = str(value)
        return value if mask_text(text) == text else mask_text(text)
    if isinstance(value, Mapping):
        return {mask_text(str(key)): _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    return mask_text(value if isinstance(value, str) else repr(value))
