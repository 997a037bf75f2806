"""
One AsyncAPI 3.0 document of every channel and message, derived from the messages and the topology.
"""

from __future__ import annotations

import datetime as dt
import json

from whistle import __version__, topology
from whistle.contracts import CONTENT_TYPE, MESSAGES, Action, Event, Message, encode
from whistle.contracts.schemas import Json, documentation, envelope, json_schema

TO_PARTIES = frozenset({"dispatch", "whistle", "consultation", "clock", "supervision", "sitting"})
"""Entities of which a party is told what concerns it."""


def example_body(message: type[Message]) -> Json:
    """A whole body as it is found in a queue, with fixed id and time."""
    event: Event[Message] = Event(
        id="0197a1c0-7d3e-7bb0-8b61-0a4f3c1f00ff",
        source="/whistle/mawei.power-bureau"
        if issubclass(message, Action)
        else f"/whistle/{_owner(message)}",
        time=dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC),
        district="mawei",
        data=message.from_wire(message.example),
        case_no="26-00421-7",
        party="power-bureau" if issubclass(message, Action) or _entity(message) in TO_PARTIES else None,
    )
    body: Json = json.loads(encode(event))
    return body


def asyncapi() -> Json:
    """The AsyncAPI 3.0 document of the platform, seen from the platform: it sends events and receives actions."""
    channels: Json = {}
    operations: Json = {}
    for message in MESSAGES:
        for where, exchange, address, does in _routes(message):
            name = f"{where}.{message.name}.v{message.wire_version}"
            channels[name] = _channel(message, exchange, address)
            operations[f"{does}.{name}"] = _operation(message, name, does)
    channels["queue.party"] = _party_queue()
    return {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": CONTENT_TYPE,
        "servers": _servers(),
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {message.type(): _message(message) for message in MESSAGES},
            "schemas": {
                "envelope": envelope(),
                **{message.type(): _data_schema(message) for message in MESSAGES},
            },
        },
    }


def _routes(message: type[Message]) -> list[tuple[str, str, str, str]]:
    """Where a message travels: (kind of channel, exchange, address, send or receive)."""
    if issubclass(message, Action):
        address = topology.action_key(message, district="{district}", party="{party}")
        return [("actions", topology.ACTIONS, address, "receive")]
    routes = [("events", topology.EVENTS, topology.event_key(message, "{district}"), "send")]
    if _entity(message) in TO_PARTIES:
        address = topology.dispatch_key(message, district="{district}", party="{party}")
        routes.append(("dispatch", topology.DISPATCH, address, "send"))
    return routes


def _channel(message: type[Message], exchange: str, address: str) -> Json:
    names = [name for name in ("district", "party") if f"{{{name}}}" in address]
    return {
        "address": address,
        "parameters": {name: {"description": _PARAMETERS[name]} for name in names},
        "messages": {message.type(): {"$ref": f"#/components/messages/{message.type()}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {
                    "name": exchange,
                    "type": "topic",
                    "durable": True,
                    "autoDelete": False,
                    "vhost": "/",
                },
                "bindingVersion": "0.3.0",
            }
        },
    }


def _operation(message: type[Message], channel: str, does: str) -> Json:
    bindings: Json = {"deliveryMode": 2, "mandatory": True, "timestamp": True, "bindingVersion": "0.3.0"}
    if does == "receive":
        bindings = {"ack": True, "bindingVersion": "0.3.0"}
    return {
        "action": does,
        "summary": documentation(message),
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{message.type()}"}],
        "bindings": {"amqp": bindings},
    }


def _party_queue() -> Json:
    parties = [message for message in MESSAGES if _entity(message) in TO_PARTIES]
    return {
        "address": topology.party_queue_name("{district}", "{party}"),
        "title": "A party's own queue",
        "description": "All that is addressed to one party; the only queue that its account may read.",
        "parameters": {name: {"description": text} for name, text in _PARAMETERS.items()},
        "messages": {
            message.type(): {"$ref": f"#/components/messages/{message.type()}"} for message in parties
        },
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {
                    "name": topology.party_queue_name("{district}", "{party}"),
                    "durable": True,
                    "exclusive": False,
                    "autoDelete": False,
                    "vhost": "/",
                },
                "bindingVersion": "0.3.0",
            }
        },
    }


def _message(message: type[Message]) -> Json:
    return {
        "name": message.type(),
        "title": message.name,
        "summary": documentation(message),
        "contentType": CONTENT_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": message.type()},
                        "data": {"$ref": f"#/components/schemas/{message.type()}"},
                    },
                },
            ]
        },
        "correlationId": {"description": "the case number", "location": "$message.payload#/correlationid"},
        "bindings": {
            "amqp": {"contentEncoding": "utf-8", "messageType": message.type(), "bindingVersion": "0.3.0"}
        },
        "examples": [{"name": message.name, "payload": example_body(message)}],
    }


def _data_schema(message: type[Message]) -> Json:
    """Without dialect and id: AsyncAPI's own dialect holds inside its document."""
    return {key: value for key, value in json_schema(message).items() if not key.startswith("$")}


def _info() -> Json:
    return {
        "title": "Whistle 吹哨",
        "version": __version__,
        "description": (
            "城市社区治理平台的消息。部门收听自己的队列 party.<区>.<单位>,向 whistle.actions 发送自己的动作。\n\n"
            "Messages of an urban community governance platform. A party reads its own queue and sends its actions to "
            "whistle.actions; the broker checks who it is (AMQP user_id)."
        ),
        "license": {"name": "Apache-2.0"},
    }


def _servers() -> Json:
    return {
        "bus": {
            "host": "{host}:{port}",
            "protocol": "amqp",
            "protocolVersion": "0.9.1",
            "description": "RabbitMQ 3.10 or later",
            "variables": {"host": {"default": "localhost"}, "port": {"default": "5672"}},
            "security": [{"type": "userPassword", "description": "the account made by whistle party add"}],
        }
    }


_PARAMETERS = {"district": "a district, e.g. mawei", "party": "a party of the district, e.g. power-bureau"}
_OWNERS = {"case": "intake", "points": "points", "activity": "points", "notice": "notify"}


def _entity(message: type[Message]) -> str:
    return message.name.partition(".")[0]


def _owner(message: type[Message]) -> str:
    return _OWNERS.get(_entity(message), "routing")
