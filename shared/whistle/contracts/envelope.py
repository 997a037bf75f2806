"""
The envelope: CloudEvents 1.0 in structured mode (design §4), read with the CloudEvents SDK; what we write it can read.

Body: ``application/cloudevents+json; charset=utf-8``, Chinese not escaped (an escaped character costs six bytes, and
intermediaries need only forward 64 KiB).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from whistle.contracts.message import Message
from whistle.errors import Poison
from whistle.ids import new_id

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SIZE_LIMIT = 256 * 1024
"""Largest body taken from the bus, in bytes."""
_ID_LIMIT = 100
"""Longest id, name or number in an envelope, in characters: they are stored, indexed and told again."""

M = TypeVar("M", bound=Message)


@dataclass(frozen=True, kw_only=True)
class Event(Generic[M]):
    """
    One message in its envelope.

    ``id`` is a UUIDv7 and, together with ``source``, unique for ever; ``case_no`` travels as ``subject`` ``case/<no>`` and
    as ``correlationid``; ``cause`` is the id of the event that caused this one; ``sequence`` counts the messages of one
    party without gaps; ``time`` is aware, UTC.
    """

    id: str
    source: str
    time: dt.datetime
    district: str
    data: M
    case_no: str | None = None
    party: str | None = None
    cause: str | None = None
    sequence: int | None = None
    traceparent: str | None = None

    @property
    def type(self) -> str:
        """The CloudEvents ``type``."""
        return self.data.type()


def new_event(data: M, *, source: str, district: str, time: dt.datetime, **attributes: Any) -> Event[M]:
    """A fresh event with an id of its own; ``source`` is the bare service or party name."""
    return Event(
        id=new_id(), source=f"/whistle/{source}", time=time, district=district, data=data, **attributes
    )


_FORMAT = JSONFormat()
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Without the SDK's ``\\uXXXX`` escapes; built once, since every message of every service goes through it."""


def encode(event: Event[Any]) -> bytes:
    """
    The body of ``event``; strict (see :meth:`Message.to_wire`).

    Raises:
        ValueError: the message breaks its own schema, or its time has no zone: defects of the sender's code.
    """
    if event.time.tzinfo is None:
        raise ValueError(f"{event.type} at {event.time}: a time without a zone is never told")
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "time": event.time.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"/schemas/{event.data.name}.v{event.data.wire_version}.json",
        "district": event.district,
    }
    optional = {
        "subject": f"case/{event.case_no}" if event.case_no else None,
        "correlationid": event.case_no,
        "party": event.party,
        "causationid": event.cause,
        "sequence": None if event.sequence is None else str(event.sequence),
        "traceparent": event.traceparent,
    }
    attributes.update({name: value for name, value in optional.items() if value})
    return _JSON.encode({**attributes, "data": event.data.to_wire()}).encode()


def decode(body: bytes | str, registry: Mapping[str, type[Message]]) -> Event[Any]:
    """
    Read a body tolerantly.

    Raises:
        Poison: not UTF-8 JSON, not a CloudEvent, too large, of an unknown type, or its data does not fit the schema.
    """
    if isinstance(body, str):
        body = body.encode(errors="surrogatepass")
    if len(body) > SIZE_LIMIT:
        raise Poison("消息超过 256 KiB", "the message is larger than 256 KiB", size=len(body))
    if b"\\u" in body and _unstorable(body):
        raise Poison(
            "消息含有无法保存的字符", "the message holds NUL or half a surrogate pair, which cannot be stored"
        )
    try:
        event = _FORMAT.read(_whole, body)
    except (
        ValueError,
        RecursionError,
        CloudEventValidationError,
        AttributeError,
        TypeError,
        KeyError,
    ) as error:
        raise Poison(
            "消息不是 CloudEvents 1.0 JSON", f"not a CloudEvent in JSON: {type(error).__name__}"
        ) from None
    message = registry.get(event.get_type())
    if message is None:
        raise Poison(
            "未知的消息类型", f"unknown message type {event.get_type()[:100]!r}", type=event.get_type()[:100]
        )
    return _read_event(event, message)


def _read_event(event: Any, message: type[M]) -> Event[M]:
    extension = event.get_extension
    subject = event.get_subject() or ""
    time = event.get_time()
    sequence = extension("sequence")
    texts = {name: extension(name) for name in ("district", "party", "causationid", "traceparent")}
    if not all(value is None or isinstance(value, str) for value in texts.values()) or not texts["district"]:
        raise Poison("信封属性类型不对", "an envelope attribute is missing or has the wrong type")
    if any(
        len(text or "") > _ID_LIMIT for text in (event.get_id(), event.get_source(), subject, *texts.values())
    ):
        raise Poison("信封属性过长", f"an envelope attribute is longer than {_ID_LIMIT} characters")
    if not _told(time) or not (sequence is None or _counts(str(sequence))):
        raise Poison("信封的 time 或 sequence 不对", "the envelope's time or sequence is not valid")
    return Event(
        id=event.get_id(),
        source=event.get_source(),
        time=time.astimezone(dt.UTC),
        district=str(texts["district"]),
        data=message.from_wire(event.get_data()),
        case_no=subject.removeprefix("case/") if subject.startswith("case/") else None,
        party=texts["party"],
        cause=texts["causationid"],
        sequence=None if sequence is None else int(sequence),
        traceparent=texts["traceparent"],
    )


def _whole(attributes: dict[str, Any], data: Any) -> CloudEvent:
    """Left alone, the SDK makes up what is missing: the same body would be another event at each delivery."""
    if missing := {"specversion", "id", "time"} - attributes.keys():
        raise ValueError(f"missing: {sorted(missing)}")
    return CloudEvent(attributes, data)


def _told(time: dt.datetime | None) -> bool:
    """An instant with its zone, in years that any zone and any database can hold."""
    return time is not None and time.tzinfo is not None and 1970 <= time.year <= 9998


def _counts(text: str) -> bool:
    """Decimal digits that fit a column; int() refuses thousands of them with a ValueError."""
    return text.isdecimal() and len(text) <= 18


def _unstorable(body: bytes) -> bool:
    """NUL and half surrogate pairs, which no database and no UTF-8 takes; in valid JSON they come as escapes only."""
    try:
        values = [json.loads(body)]
    except (ValueError, RecursionError):
        return False  # decode() says so itself
    while values:
        value = values.pop()
        if isinstance(value, Mapping):
            values += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            values += value
        elif isinstance(value, str) and any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
            return True
    return False
