"""
Settings: environment ``WHISTLE_*`` over one TOML file (``WHISTLE_CONFIG``), read once, passed in, never
imported.
"""

from __future__ import annotations

import logging
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from environs import Env, EnvError
from marshmallow import ValidationError, validate
from marshmallow import fields as readers

from whistle.errors import Misconfigured

SECRET_FIELDS = frozenset({"secret_key", "bus_url", "database_url", "broker_api"})
MEMORY_BUS = "memory://"
RETRY_SECONDS = [1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0]
"""Pauses before each new try of a message; after the last it is parked."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    What every process needs to know.

    ``database_url`` empty means one SQLite file per service in ``data``; a ``postgresql://`` URL means one
    schema per service. ``batch_size`` messages or ``batch_linger`` seconds, whichever comes first, make one
    batch. ``retry_seconds`` are the pauses before each new try of a message; after the last it is parked.
    """

    data: Path
    bus_url: str
    database_url: str
    secret_key: str
    http_host: str
    http_port: int
    log_level: str
    log_format: str
    batch_size: int
    batch_linger: float
    keep_days: int
    retry_seconds: tuple[float, ...]
    districts: tuple[str, ...]
    party_queues: bool
    broker_api: str
    metrics_open: bool
    source: Mapping[str, Any]

    @property
    def embedded(self) -> bool:
        """True if the bus lives inside this process."""
        return self.bus_url.startswith("memory:")

    def database_url_of(self, service: str) -> str:
        """The database of one service; for PostgreSQL the schema is chosen at connect time."""
        return self.database_url or f"sqlite:///{self.data / f'{service}.db'}"

    def redacted(self) -> dict[str, Any]:
        """Name → value for people; secrets and passwords are masked."""
        shown: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "source":
                continue
            if field.name in SECRET_FIELDS:
                value = _masked(field.name, value)
            shown[field.name] = (
                list(value)
                if isinstance(value, tuple)
                else value
                if isinstance(value, int | float)
                else str(value)
            )
        return shown


def load_settings() -> Settings:
    """
    Read the settings.

    Raises:
        Misconfigured: names the variable and what is wrong with it.
    """
    env = Env()
    with _named_errors():
        source = _toml(env.str("WHISTLE_CONFIG", ""))
        host, port = _address(_value(env.str, "HTTP", source, "127.0.0.1:8000"))
        data = Path(_value(env.str, "DATA", source, ".whistle")).expanduser().absolute()
        bus_url = _value(env.str, "BUS_URL", source, MEMORY_BUS, validate=_BUS)
        return Settings(
            data=data,
            bus_url=bus_url,
            party_queues=_value(env.bool, "PARTY_QUEUES", source, not bus_url.startswith("memory:")),
            broker_api=_value(env.str, "BROKER_API", source, ""),
            metrics_open=_value(env.bool, "METRICS_OPEN", source, False),
            database_url=_value(env.str, "DATABASE_URL", source, ""),
            secret_key=_value(env.str, "SECRET_KEY", source, ""),
            http_host=host,
            http_port=port,
            log_level=_value(env.str, "LOG_LEVEL", source, "INFO", validate=_level).upper(),
            log_format=_value(env.str, "LOG_FORMAT", source, "auto", validate=_FORMS),
            batch_size=_value(env.int, "BATCH_SIZE", source, 100, validate=validate.Range(1, 1000)),
            batch_linger=_value(env.int, "BATCH_LINGER_MS", source, 2, validate=validate.Range(0, 1000))
            / 1000,
            keep_days=_value(env.int, "KEEP_DAYS", source, 7, validate=validate.Range(1, 3650)),
            retry_seconds=tuple(
                _value(env.list, "RETRY_SECONDS", source, RETRY_SECONDS, subcast=float, validate=_pauses)
            ),
            districts=tuple(name for name in _value(env.str, "DISTRICTS", source, "").split(",") if name),
            source=source,
        )


def service_value(read: str, name: str, settings: Settings, default: Any) -> Any:
    """
    One setting of a service, e.g. ``service_value("str", "NOTIFY_APPRISE_URL", settings, "")``.

    Raises:
        Misconfigured: the value has the wrong type.
    """
    with _named_errors():
        return _value(getattr(Env(), read), name, settings.source, default)


def with_secret(settings: Settings) -> str:
    """
    The secret key; embedded mode makes its own once and keeps it in the data folder (mode 0600).

    Raises:
        Misconfigured: deployed without ``WHISTLE_SECRET_KEY``.
    """
    if settings.secret_key:
        return settings.secret_key
    path = settings.data / "secret.key"
    if path.exists() and (kept := path.read_text().strip()):
        return kept
    if not settings.embedded:
        raise Misconfigured(
            "没有设置 WHISTLE_SECRET_KEY;用 python3 -c 'import secrets;print(secrets.token_urlsafe(48))' 生成一个",
            "WHISTLE_SECRET_KEY is not set; make one with secrets.token_urlsafe(48)",
        )
    settings.data.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(".new")  # a crash while writing leaves no empty or half a secret
    made.touch(mode=0o600, exist_ok=True)
    made.write_text(secrets.token_urlsafe(48))
    made.replace(path)
    return path.read_text().strip()


def mask_url(url: str) -> str:
    """``amqp://user:***@host/vhost``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    if not parts.password:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))


def _masked(name: str, value: str) -> str:
    return ("***" if value else "") if name == "secret_key" else mask_url(value)


def _value(
    read: Callable[..., Any], name: str, source: Mapping[str, Any], default: Any, **options: Any
) -> Any:
    """
    The variable, else what the file says, else the default; the file's values are read as a variable's
    would be.
    """
    variable, key = f"WHISTLE_{name}", name.lower()
    if key not in source or variable in os.environ:
        return read(variable, default, **options)
    try:
        return _from_file(read.__name__, source[key], options)
    except (ValueError, ValidationError) as error:
        raise EnvError(f'"{variable}" in WHISTLE_CONFIG: {error}') from None


def _from_file(kind: str, value: Any, options: Mapping[str, Any]) -> Any:
    if kind == "list":
        cast = options.get("subcast", str)
        parsed = [cast(one) for one in (value if isinstance(value, list) else str(value).split(","))]
    else:
        parsed = _READERS[kind]().deserialize(str(value))
    if check := options.get("validate"):
        check(parsed)
    return parsed


_READERS: Mapping[str, type[readers.Field[Any]]] = {
    "str": readers.String,
    "int": readers.Integer,
    "float": readers.Float,
    "bool": readers.Boolean,
}
_FORMS = validate.OneOf(["auto", "json", "pretty"])
_BUS = validate.Regexp(r"(memory|amqps?)://", error="memory://, amqp:// or amqps://")


def _level(name: str) -> None:
    if name.upper() not in logging.getLevelNamesMapping():
        raise ValidationError("DEBUG, INFO, WARNING or ERROR")


def _pauses(seconds: Sequence[float]) -> None:
    if not all(0 <= pause <= 30 * 86400 for pause in seconds):
        raise ValidationError("0 … 30 days, in seconds")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise Misconfigured(
            f"WHISTLE_HTTP 应为 主机:端口,现为 {text!r}", f"WHISTLE_HTTP must be host:port, it is {text!r}"
        )
    return host or "127.0.0.1", int(port)


def _toml(path: str) -> Mapping[str, Any]:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(
            f"读不到 WHISTLE_CONFIG={path}", f"cannot read WHISTLE_CONFIG={path}: {error}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} 不是有效的 TOML:{error}", f"{path} is not valid TOML: {error}") from None


class _named_errors:  # noqa: N801 — reads as a phrase in a with statement
    """Turns environs' errors, which name the variable, into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EnvError):
            raise Misconfigured(f"设置有误:{error}", f"wrong setting: {error}") from None
