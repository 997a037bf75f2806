"""
What a message is: a frozen dataclass whose marshmallow schema is derived from its declaration.

One declaration serves the code (the dataclass), the wire (the schema, strict when writing, tolerant when reading) and the
documents (JSON Schema, AsyncAPI). Limits and descriptions stand in the field's metadata, see :func:`string`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, ClassVar, Literal, Self

import marshmallow as ma

from whistle.contracts.strict import surely_fits
from whistle.errors import Poison

TEXT_LIMIT = 10_000
"""Longest text of a message, in characters. A city's longest petition in our reach has under 8,000."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Message:
    """
    Base of every message.

    ``name`` is ``<entity>.<verb>``; the wire type is ``whistle.<name>.v<wire_version>``. A breaking change is a new class with
    the next ``wire_version`` beside the old one. (``version`` itself is a field of what has versions, like a dispatch.)
    """

    name: ClassVar[str]
    wire_version: ClassVar[int] = 1
    example: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def type(cls) -> str:
        """The CloudEvents ``type``, e.g. ``whistle.case.filed.v1``."""
        return f"whistle.{cls.name}.v{cls.wire_version}"

    @classmethod
    def from_wire(cls, data: object) -> Self:
        """
        Read tolerantly: unknown fields are dropped.

        Raises:
            Poison: a field is missing or has the wrong type; the message names the fields, never their values.
        """
        try:
            return cls(
                **schema_of(typing.cast(Any, cls)).load(
                    typing.cast("Mapping[str, Any]", data), unknown=ma.EXCLUDE
                )
            )
        except ma.ValidationError as error:
            raise Poison(
                f"消息 {cls.type()} 的内容不合规范:{_paths(error.messages)}",
                f"message {cls.type()} does not fit its schema: {_paths(error.messages)}",
                fields=_paths(error.messages),
            ) from None

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values, unchecked; for what was checked when it was read."""
        return typing.cast("dict[str, Any]", schema_of(typing.cast(Any, type(self))).dump(self))

    def to_wire(self) -> dict[str, Any]:
        """
        Write strictly: what would not be read is not sent.

        Raises:
            ValueError: the message breaks its own schema, which is a defect of the sender's code.
        """
        return self._wire

    @cached_property
    def _wire(self) -> dict[str, Any]:
        # kept, because the same message often goes to the services and to a party
        schema = schema_of(typing.cast(Any, type(self)))
        data = schema.dump(self)
        if not surely_fits(self) and (wrong := schema.validate(data)):
            raise ValueError(f"{self.type()} breaks its own schema: {wrong}")
        return typing.cast("dict[str, Any]", data)


def string(*, max_length: int = TEXT_LIMIT, note: str = "", **field: Any) -> Any:
    """A string field of at most ``max_length`` characters; ``note`` goes into the published schema."""
    metadata = {"validate": ma.validate.Length(max=max_length), "note": note}
    return dataclasses.field(metadata=metadata, **field)


def note(description: str, **field: Any) -> Any:
    """A field with a description for the published schema."""
    return dataclasses.field(metadata={"note": description}, **field)


@cache
def schema_of(cls: type) -> ma.Schema:
    """The marshmallow schema of a frozen dataclass; nested dataclasses and tuples of them included."""
    hints = typing.get_type_hints(cls)
    declared: dict[str, ma.fields.Field[Any]] = {}
    for field in dataclasses.fields(cls):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        options: dict[str, Any] = {
            "required": required,
            "metadata": {"description": field.metadata.get("note", "")},
        }
        if not options["metadata"]["description"]:
            options["metadata"] = {}
        if validate := field.metadata.get("validate"):
            options["validate"] = validate
        declared[field.name] = _field(hints[field.name], options)
    return ma.Schema.from_dict(declared, name=f"{cls.__name__}Schema")(unknown=ma.RAISE)


def _field(hint: Any, options: dict[str, Any]) -> ma.fields.Field[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = [argument for argument in arguments if argument is not types.NoneType]
        return _field(inner, {**options, "allow_none": True})
    if origin is tuple:
        return _Tuple(_field(arguments[0], {}), **options)
    if origin is Literal:
        return ma.fields.String(**{**options, "validate": ma.validate.OneOf(arguments)})
    if dataclasses.is_dataclass(hint):
        return _Nested(typing.cast(type, hint), **options)
    return typing.cast("ma.fields.Field[Any]", _SCALARS[hint](**options))


class _Tuple(ma.fields.List[Any]):
    """A JSON array that becomes a tuple, so that the message stays frozen."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(*args, **kwargs))


class _Nested(ma.fields.Nested):
    """A JSON object that becomes the nested dataclass; its unknown fields are dropped too."""

    def __init__(self, cls: type, **options: Any) -> None:
        super().__init__(type(schema_of(cls)), unknown=ma.EXCLUDE, **options)
        self._cls = cls

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return self._cls(**super()._deserialize(*args, **kwargs))


def _instant(**options: Any) -> ma.fields.Field[Any]:
    return ma.fields.AwareDateTime(default_timezone=dt.UTC, **options)


def _integer(**options: Any) -> ma.fields.Field[Any]:
    return ma.fields.Integer(strict=True, **options)


_SCALARS: Mapping[Any, Any] = {
    str: ma.fields.String,
    int: _integer,
    float: ma.fields.Float,
    bool: ma.fields.Boolean,
    dt.datetime: _instant,
}


def _paths(messages: Any, prefix: str = "") -> str:
    """Dotted names of the fields at fault, without the values, which may be anybody's data."""
    if not isinstance(messages, Mapping):
        return prefix or "(object)"
    return ", ".join(
        _paths(inner, f"{prefix}.{key}" if prefix else str(key)) for key, inner in messages.items()
    )
