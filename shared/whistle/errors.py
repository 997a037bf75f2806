"""
Every error of the platform, on one page.

Three answers exist to a failure, and the class says which one applies: :class:`Rejected` is the sender's
fault (answered, never retried), :class:`Transient` is nobody's fault (tried again later), :class:`Poison`
can never be handled (parked at once). What is none of the three is a defect of ours and is treated as
transient first, then parked. :class:`Misconfigured` stops a start. Each error carries a stable ``code``
(the tail of the RFC 9457 ``type``), its text in zh-CN and in English, and never any contact data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class WhistleError(Exception):
    """
    Base of all. ``str(error)`` is ``中文 / English`` in one line.

    Args:
        zh: what happened and what to do, zh-CN.
        en: the same in English.
        detail: machine-readable facts for the problem document (JSON values only).
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, zh: str, en: str, **detail: Any) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en
        self.detail: Mapping[str, Any] = detail

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"

    def in_full(self) -> str:
        """The line for whoever typed what is wrong; not for logs, which must not repeat what people typed."""
        return str(self)


# --- the sender's fault -----------------------------------------------------------------------------------------


class Rejected(WhistleError):
    """
    The sender asked for something that is not allowed; recorded, acknowledged and answered, never retried.
    """

    code = "rejected"
    status = 422


class Invalid(Rejected):
    """
    The input does not have the required shape.

    ``fields`` maps a dotted field path to what is wrong with it: ``{"contact.phone": ["…"]}``.
    """

    code = "invalid"
    status = 422

    def __init__(
        self, zh: str, en: str, *, fields: Mapping[str, Sequence[str]] | None = None, **detail: Any
    ) -> None:
        super().__init__(zh, en, **({"fields": dict(fields)} if fields else {}), **detail)
        self.fields = dict(fields or {})

    def in_full(self) -> str:
        """With every argument or field, and what is wrong with it."""
        return "; ".join([str(self), *(f"{name}: {' '.join(texts)}" for name, texts in self.fields.items())])


class Malformed(Rejected):
    """The body cannot be read at all: broken JSON, wrong encoding, truncated."""

    code = "malformed"
    status = 400


class Unauthenticated(Rejected):
    """No token, or one that is not ours or has expired."""

    code = "unauthenticated"
    status = 401


class Forbidden(Rejected):
    """The caller is known but may not do this: role or scope is missing."""

    code = "forbidden"
    status = 403


class NotFound(Rejected):
    """There is no such thing, or the caller may not know that there is."""

    code = "not-found"
    status = 404


class NotAllowedNow(Rejected):
    """The transition table does not allow this step in the present state."""

    code = "not-allowed-now"
    status = 409


class ReturnWindowClosed(NotAllowedNow):
    """A party wants to give work back later than its district allows (退单时限已过)."""

    code = "return-window-closed"


class NoLegalBasis(Invalid):
    """A return that names no rule by which the work is not the party's (退单须有依据)."""

    code = "no-legal-basis"


class UnderReview(NotAllowedNow):
    """The same question is being looked at by somebody already."""

    code = "under-review"


class ReturnDeclined(NotAllowedNow):
    """The party's return was looked at and declined: the work stays where it is."""

    code = "return-declined"


class AlreadyRuled(NotAllowedNow):
    """The case was ruled upon, or the arbiter has it: nobody gives it back any more (domain D3)."""

    code = "already-ruled"


class OwnRequest(Forbidden):
    """Whoever asks for something does not allow it himself."""

    code = "own-request"


class TooManyTries(Rejected):
    """
    The caller was wrong too often and must wait; ``retry_after`` in the detail says how many seconds.
    """

    code = "too-many-tries"
    status = 429


class IdempotencyMismatch(Rejected):
    """The same Idempotency-Key came with another body."""

    code = "idempotency-mismatch"
    status = 422


class TooLarge(Rejected):
    """The body is larger than allowed."""

    code = "too-large"
    status = 413


class Refused(Rejected):
    """
    A request whose form the server does not take: chunked, ambiguous length, wrong content type, wrong
    method.
    """

    code = "refused"
    status = 400

    def __init__(self, zh: str, en: str, *, http_status: int = 400, **detail: Any) -> None:
        super().__init__(zh, en, **detail)
        self.status = http_status  # type: ignore[misc]


# --- nobody's fault -----------------------------------------------------------------------------------------------


class Transient(WhistleError):
    """May succeed later: tried again with growing delay, then parked."""

    code = "try-again"
    status = 503


class OutOfOrder(Transient):
    """What this message builds upon has not arrived yet."""

    code = "out-of-order"


class StaleVersion(Transient):
    """Somebody else changed the row since it was read; the next try reads it anew."""

    code = "stale-version"
    status = 409


class DependencyDown(Transient):
    """Database or broker cannot be reached. Uses up no attempts: the consumer pauses."""

    code = "dependency-down"


# --- never ----------------------------------------------------------------------------------------------------------


class Poison(WhistleError):
    """This message can never be handled: unknown type, broken body. Parked at once, its neighbours go on."""

    code = "poison"


class PluginFailed(WhistleError):
    """A district's plugin raised, hung, died or answered nonsense; the case goes to the fallback."""

    code = "plugin-failed"


# --- a start that must not happen -----------------------------------------------------------------------------------


class Misconfigured(WhistleError):
    """
    The process cannot start like this: a setting, a migration, the topology, a pack or a port. One line
    says what to do.
    """

    code = "misconfigured"
