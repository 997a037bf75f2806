"""
Errors as problem documents, row by row.
"""

from __future__ import annotations

import json

import pytest

from whistle import errors
from whistle.errors import WhistleError
from whistle.http.problems import KINDS, not_permitted, problem_answer, speaks

ROWS = {
    errors.Rejected: 422,
    errors.Invalid: 422,
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.NotAllowedNow: 409,
    errors.IdempotencyMismatch: 422,
    errors.TooLarge: 413,
    errors.ReturnWindowClosed: 409,
    errors.NoLegalBasis: 422,
    errors.UnderReview: 409,
    errors.ReturnDeclined: 409,
    errors.AlreadyRuled: 409,
    errors.OwnRequest: 403,
    errors.TooManyTries: 429,
    errors.Refused: 400,
    errors.Transient: 503,
    errors.OutOfOrder: 503,
    errors.StaleVersion: 409,
    errors.DependencyDown: 503,
    errors.Poison: 500,
    errors.PluginFailed: 500,
    errors.Misconfigured: 500,
    WhistleError: 500,
}


def family(cls: type[WhistleError]) -> set[type[WhistleError]]:
    """The class and all below it that errors.py defines."""
    found = {cls} if cls.__module__ == errors.__name__ else set()
    return found.union(*(family(below) for below in cls.__subclasses__()))


def test_every_error_has_a_row_and_a_kind() -> None:
    """A new error class cannot be forgotten here."""
    assert set(ROWS) == family(WhistleError)
    assert {cls.code for cls in ROWS} == set(KINDS)


@pytest.mark.parametrize(("cls", "status"), ROWS.items())
def test_each_error_becomes_its_problem(cls: type[WhistleError], status: int) -> None:
    """Status, stable type and both languages; only errors that speak for themselves give their text."""
    answer = problem_answer(cls("出错", "it went wrong", limit=5), request_id="r-1")
    document = json.loads(answer.body)
    assert (status, status) == (answer.status, document["status"])
    if speaks(cls("a", "b")):
        assert (f"/problems/{cls.code}", "出错", "it went wrong", 5) == (
            document["type"],
            document["detail"],
            document["detail_en"],
            document["limit"],
        )
    else:
        assert "/problems/internal" == document["type"]
        assert b"it went wrong" not in answer.body
        assert "limit" not in document


def test_foreign_exceptions_say_nothing() -> None:
    """A client sees the reference, not the text."""
    answer = problem_answer(ValueError("SELECT secret"), request_id="0190-ref")
    assert 500 == answer.status
    assert b"SELECT" not in answer.body
    assert "0190-ref" in json.loads(answer.body)["detail"]


def test_facts_cannot_overwrite_what_the_standard_defines() -> None:
    """An error's detail named ``status`` stays out."""
    document = json.loads(
        problem_answer(errors.NotFound("a", "b", status=200, title="x"), request_id="r").body
    )
    assert (404, "没有找到") == (document["status"], document["title"])


def test_a_subclass_of_a_service_has_the_kind_of_its_base_and_its_own_type() -> None:
    """Services may subclass errors with codes of their own."""

    class CaseClosed(errors.NotAllowedNow):
        code = "case-closed"

    document = json.loads(problem_answer(CaseClosed("已办结", "closed"), request_id="r").body)
    assert (409, "/problems/case-closed", "当前状态不允许") == (
        document["status"],
        document["type"],
        document["title"],
    )


def test_pages_escape_what_they_show() -> None:
    """Texts of an error are text in a page."""
    error = errors.Invalid("<b>坏", "<i>bad", fields={"<script>": ["<script>alert(1)</script>"]})
    page = problem_answer(error, request_id="r", html=True).body.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("cls", [errors.Unauthenticated, errors.Forbidden])
def test_who_is_refused_reads_how_to_log_in_and_from_whom(cls: type[WhistleError]) -> None:
    """In both languages, the reader's first; other problems have nothing to do with logging in."""
    page = problem_answer(cls("坏", "bad"), request_id="r", html=True).body.decode()
    assert page.index("登录链接") < page.index("login link")
    assert "管理员" in page
    assert 'href="/cases"' in page
    other = problem_answer(errors.NotFound("坏", "bad"), request_id="r", html=True).body.decode()
    assert "登录链接" not in other


def test_a_role_is_called_by_its_words() -> None:
    """Nobody knows what a ``worker`` is; programs find the name in the detail."""
    document = json.loads(problem_answer(not_permitted("worker"), request_id="r").body)
    assert ("需要“网格员”或更高的角色", "worker") == (document["detail"], document["role"])
    assert "grid worker" in document["detail_en"]
