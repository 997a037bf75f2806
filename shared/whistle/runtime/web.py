"""
``@route``: binds a route to a method of a service (nameko entry point over :mod:`whistle.http`).

A read runs in a unit of work of its own. Writes that arrive together are committed together: one green
thread per service collects them, so that a burst costs one disk write per batch instead of one per request.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import eventlet
import eventlet.event
import structlog
from eventlet.support.greenlets import GreenletExit
from nameko.extensions import Entrypoint, SharedExtension

from whistle.errors import DependencyDown, IdempotencyMismatch, Transient
from whistle.http.answers import make_answer
from whistle.http.idempotency import fingerprint
from whistle.http.routes import JSON, Request, Response, RouteSpec, log_facts
from whistle.ids import read_case_number
from whistle.log import about
from whistle.storage import Database, Job, Result, UnitOfWork, run_together
from whistle.storage.answers import StoredAnswer, find_answer, keep_answer

log = structlog.get_logger()

BATCH = 100
ANSWER_SECONDS = 20.0
ENDING = (GreenletExit, KeyboardInterrupt)
"""What ends the process or the thread on purpose."""


class WriteQueue:
    """Runs the writes of one service in batches."""

    def __init__(self, database: Database[Any]) -> None:
        self._database = database
        self._waiting: deque[tuple[Job[Any], Any]] = deque()
        self._woken = eventlet.event.Event()
        self._stopping = False

    def submit(self, job: Job[Any]) -> Any:
        """
        Run ``job`` with the next batch; returns its value or raises its error.

        Raises:
            DependencyDown: the database is down, or the answer took too long (the write may still happen;
                with an Idempotency-Key
                the next try tells).
        """
        answered = eventlet.event.Event()
        self._waiting.append((job, answered))
        if not self._woken.ready():
            self._woken.send(None)
        result = answered.wait(timeout=ANSWER_SECONDS)
        if not isinstance(result, Result):
            raise DependencyDown("暂时没有得到结果,请稍后重试", "no result in time; try again")
        if result.error is not None:
            raise result.error
        return result.value

    def run(self) -> None:
        """Work until :meth:`stop`."""
        while not (self._stopping and not self._waiting):
            try:
                self._turn()
            except ENDING:
                raise
            except BaseException as error:  # say a timeout that some handler forgot to cancel
                log.error("writes_interrupted", exc_info=error)

    def _turn(self) -> None:
        """Run what waits, or wait."""
        if not self._waiting:
            self._woken.wait()
            self._woken = eventlet.event.Event()
            return
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        results = self._together([job for job, _ in batch])
        for job, answered in batch:
            answered.send(results[job])

    def _together(self, jobs: list[Job[Any]]) -> dict[Job[Any], Result]:
        try:
            return run_together(self._database, jobs, prepare=_preloaded)
        except ENDING:
            raise
        except Exception as error:  # noqa: BLE001 — whatever it is, each caller gets it as the answer to its request
            return {job: Result(error=error) for job in jobs}
        except BaseException as error:  # noqa: BLE001 — as above; it came from outside of every job
            return {job: Result(error=_exception_for(error)) for job in jobs}

    def stop(self) -> None:
        """Finish what waits, then end :meth:`run`."""
        self._stopping = True
        if not self._woken.ready():
            self._woken.send(None)


def _preloaded(unit: UnitOfWork, jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
    unit.preload({job.about for job in jobs if job.about})
    return jobs


class Writes(SharedExtension):
    """The write queue of a service."""

    queue: WriteQueue

    def __init__(self) -> None:
        self._thread: Any = None

    def setup(self) -> None:
        self.queue = WriteQueue(self.container.config["host"].database)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self.queue.run, identifier="writes")

    def stop(self) -> None:
        self.queue.stop()
        self._thread.wait()


class RouteEntry(Entrypoint):
    """The entry point behind ``@route``."""

    def __init__(self, method: str, path: str, *, role: str | None = None, **options: Any) -> None:
        self.spec = RouteSpec(method=method, path=path, role=role, **options)
        super().__init__()
        self.writes = Writes()

    def start(self) -> None:
        host = self.container.config["host"]
        if "http" not in host.roles:
            return
        method = getattr(host.service, self.method_name)
        spec = self.spec.bound_to(service=host.service.name, name=self.method_name)
        host.http.register(
            spec, self._reader(spec, host, method) if spec.kind == "read" else self._writer(spec, method)
        )

    def _reader(self, spec: RouteSpec, host: Any, method: Callable[..., Any]) -> Callable[[Request], Any]:
        opened = host.database.look if spec.quick else host.database.read

        def read(request: Request) -> Any:
            with opened() as unit:
                return method(unit, request)

        return read

    def _writer(self, spec: RouteSpec, method: Callable[..., Any]) -> Callable[[Request], Any]:
        dump = spec.answer() if spec.answer else None

        def write(request: Request) -> Any:
            if request.idempotency_key is None:
                run = _contained(request, lambda unit: method(unit, request))
            else:
                run = _contained(request, lambda unit: _once(unit, request, spec, dump, method))
            return self.writes.queue.submit(Job(run=run, about=_case_of(request)))

        return write


route: Callable[..., Any] = RouteEntry.decorator


def _case_of(request: Request) -> str | None:
    """The case that the path names, if that can be one; if not, the method says what is wrong with it."""
    return read_case_number(str(request.path.get("case_no", "")))


def _contained(request: Request, call: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """
    ``call`` as one of a batch. What it logs names its request. An ``eventlet.Timeout`` or a ``SystemExit`` in it is no
    Exception and would end the thread that writes for everybody; so it becomes one, the answer to this request alone.
    """

    def run(unit: Any) -> Any:
        facts = {"request_id": request.request_id, **log_facts(request.path)}
        try:
            with about(**facts):
                return call(unit)
        except (Exception, *ENDING):
            raise
        except BaseException as error:
            raise _exception_for(error) from error

    return run


def _exception_for(error: BaseException) -> Exception:
    if isinstance(error, eventlet.Timeout):
        return Transient("处理超时,请稍后重试", "this took too long; try again")
    return RuntimeError(f"the handler raised {type(error).__name__}")


def _once(
    unit: UnitOfWork, request: Request, spec: RouteSpec, dump: Any, method: Callable[..., Any]
) -> Response:
    """
    Run the method unless this caller has sent the same key before; then the stored answer is given again.

    Raises:
        IdempotencyMismatch: the key came before with another body.
    """
    who = request.principal.sub if request.principal else "-"
    key, print_ = f"{who}:{request.idempotency_key}", fingerprint(request)
    stored = find_answer(unit, key)
    if stored is not None:
        if stored.fingerprint != print_:
            raise IdempotencyMismatch(
                "同一 Idempotency-Key 已用于另一内容", "this Idempotency-Key was used with another request"
            )
        headers = {"Idempotency-Replayed": "true"}
        return Response(stored.body.encode(), status=stored.status, content_type=JSON, headers=headers)
    result = method(unit, request)
    if isinstance(result, Response) and (result.status or spec.status) >= 400:
        return result  # a refusal, as if it had been raised: not kept, since the next try may fare better
    answer = make_answer(result, spec, dump, request)
    kept = StoredAnswer(key=key, fingerprint=print_, status=answer.status, body=answer.body.decode())
    keep_answer(unit, kept)
    return Response(answer.body, status=answer.status, content_type=JSON)
