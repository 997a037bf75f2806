"""
Engines: SQLite (WAL, FULL) and PostgreSQL (psycopg2), with every wait bounded (design §6).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from whistle.errors import DependencyDown, Misconfigured, Transient, WhistleError
from whistle.settings import mask_url

CONNECT_SECONDS = 5
STATEMENT_MS = 15_000
LOCK_MS = 5_000
IDLE_IN_TRANSACTION_MS = 30_000
SQLITE_BUSY_MS = 2_000
REST_SECONDS = 1.0

Deadline = Callable[[float], AbstractContextManager[Any]]
"""
Bounds what runs inside by seconds; a green process passes eventlet's, since ``connect_timeout`` is ignored
when green.
"""

_RETRY_CODES = frozenset({"40001", "40P01", "55P03", "57014"})
"""serialization failure, deadlock, lock not available, statement timeout: the next try may succeed."""


def no_deadline(_seconds: float) -> AbstractContextManager[Any]:
    """For processes that are not green: the driver's own timeout holds."""
    return nullcontext()


def make_engine(url: str, *, schema: str, pool_size: int = 10, deadline: Deadline = no_deadline) -> sa.Engine:
    """
    An engine for one service. On PostgreSQL all unqualified names live in ``schema``.

    Raises:
        Misconfigured: neither SQLite nor PostgreSQL.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, pool_size)
    return _postgres_engine(parsed, schema=schema, pool_size=pool_size, deadline=deadline)


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url.replace("postgres://", "postgresql://", 1))
    except sa.exc.ArgumentError:
        parsed = sa.make_url("none://")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise Misconfigured(
            f"WHISTLE_DATABASE_URL 应以 postgresql:// 或 sqlite:/// 开头:{mask_url(url)}",
            "WHISTLE_DATABASE_URL must start with postgresql:// or sqlite:///",
        )
    return parsed


def _sqlite_engine(url: sa.URL, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        pool_use_lifo=True,  # few connections, each with a warm cache
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_MS / 1000},
        json_serializer=_json,
        hide_parameters=True,  # an error's text goes into logs, where rows of residents must not
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={SQLITE_BUSY_MS}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("whistle_read", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgres_engine(url: sa.URL, *, schema: str, pool_size: int, deadline: Deadline) -> sa.Engine:
    import psycopg2

    options = (
        f"-csearch_path={schema} -cstatement_timeout={STATEMENT_MS} -clock_timeout={LOCK_MS} "
        f"-cidle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS} -ctimezone=UTC"
    )
    arguments = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def connect() -> Any:
        with deadline(CONNECT_SECONDS):
            return psycopg2.connect(
                arguments,
                options=options,
                connect_timeout=CONNECT_SECONDS,
                application_name=f"whistle-{schema}",
                tcp_user_timeout=10_000,
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
            )

    engine = sa.create_engine(
        "postgresql+psycopg2://",
        creator=connect,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        pool_use_lifo=True,  # the connection used last has its statements prepared and need not be asked whether it lives
        json_serializer=_json,
        hide_parameters=True,  # an error's text goes into logs, where rows of residents must not
    )
    _ask_after_a_rest(engine)
    return engine


@contextmanager
def looking(engine: sa.Engine) -> Iterator[sa.Connection]:
    """
    A connection for single statements that read: on PostgreSQL without a transaction. SQLAlchemy's own AUTOCOMMIT level would send
    one more statement, to take it back.
    """
    with engine.connect() as connection:
        connection = connection.execution_options(whistle_read=True)
        driver: Any = connection.connection.dbapi_connection
        if engine.dialect.name != "postgresql":
            yield connection
            return
        driver.autocommit = True
        try:
            yield connection
        finally:
            if not driver.closed:
                driver.autocommit = False


def _ask_after_a_rest(engine: sa.Engine) -> None:
    """
    Ping a pooled connection before use if it rested for a while: the pool's own pre-ping asks every time, which under load
    is a round trip per batch.
    """

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _fairy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", 0.0) < REST_SECONDS:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            connection.rollback()
        except engine.dialect.dbapi.Error as error:  # type: ignore[union-attr]
            raise DisconnectionError("the pooled connection is no more") from error


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def translate(error: BaseException) -> WhistleError | None:
    """What a driver's error means to us: down, worth a retry, or (None) a defect."""
    if isinstance(error, WhistleError):
        return error
    if isinstance(error, PoolTimeout | TimeoutError | ConnectionError):
        return _down(error)
    if not isinstance(error, DBAPIError):
        return None
    if getattr(error.orig, "pgcode", None) in _RETRY_CODES:
        return Transient("数据库繁忙,请稍后再试", f"the database is busy: {type(error.orig).__name__}")
    missing = "no such table" in str(error.orig) or "no such column" in str(error.orig)
    if error.connection_invalidated or (isinstance(error, OperationalError | InterfaceError) and not missing):
        return _down(error)
    return None


def _down(error: BaseException) -> DependencyDown:
    cause = getattr(error, "orig", None) or error
    first_line = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    return DependencyDown("数据库暂时不可用", f"the database cannot be reached: {first_line[:200]}")
