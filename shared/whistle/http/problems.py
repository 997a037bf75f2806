"""
Errors as RFC 9457 problem documents: one table of kinds, one function from an error to an answer.

The ``type`` is ``/problems/<code>``, a page of this server in zh-CN and English. Only :class:`Rejected` and
:class:`Transient` speak for themselves; of everything else a client sees a reference and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

from whistle.auth import role_named
from whistle.errors import Forbidden, Invalid, NotFound, Rejected, Transient, Unauthenticated, WhistleError
from whistle.http.answers import Answer, to_json
from whistle.http.problem_page import Told, problem_page
from whistle.http.routes import ELDER_COOKIE, HTML, Language, Request, Response, RouteSpec

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER = 2
_RESERVED = frozenset(
    {"type", "title", "title_en", "status", "detail", "detail_en", "instance", "errors", "fields"}
)


@dataclass(frozen=True)
class Kind:
    """A kind of problem: title and explanation, both languages. Neither changes from one occurrence to the next."""

    zh: str
    en: str
    why_zh: str
    why_en: str


KINDS: dict[str, Kind] = {
    "internal": Kind(
        "服务器内部错误", "Internal error",
        "程序出错，已记录。请稍后再试；再次出现时请把编号告诉管理员。",
        "Something went wrong here and was recorded. Try again; if it recurs, tell the operator the reference.",
    ),
    "rejected": Kind(
        "请求未被接受", "Request rejected",
        "请求可以读懂，但按规则不能执行。", "The request was understood but the rules do not allow it.",
    ),
    "invalid": Kind(
        "内容不符合要求", "Invalid input",
        "字段缺失、类型不对或多余；errors 按字段名列出原因。",
        "Fields are missing, of the wrong type or unknown; `errors` lists the reasons by field name.",
    ),
    "malformed": Kind(
        "内容无法读取", "Malformed body",
        "请求体不是有效的 JSON 或表单、编码不对或不完整。",
        "The body is no valid JSON or form, has the wrong encoding or is truncated.",
    ),
    "unauthenticated": Kind(
        "需要登录", "Not logged in",
        "没有令牌，或令牌无效、已过期。", "There is no token, or it is not valid or has expired.",
    ),
    "forbidden": Kind(
        "没有权限", "Not permitted",
        "您的角色或管辖范围不允许这一操作。", "Your role or its scope does not allow this.",
    ),
    "not-found": Kind(
        "没有找到", "Not found",
        "地址或编号不存在，或者您无权知道它是否存在。", "There is no such thing, or you may not know that there is.",
    ),
    "not-allowed-now": Kind(
        "当前状态不允许", "Not allowed in this state",
        "事项目前的状态不允许这一步。", "The present state does not allow this step.",
    ),
    "return-window-closed": Kind(
        "退单时限已过", "Too late to give it back",
        "退单只能在派单后的规定时限内提出，按本区日历计算。",
        "Work is given back only within the time after its dispatch that the district allows, by its calendar.",
    ),
    "no-legal-basis": Kind(
        "退单缺少依据", "No legal basis",
        "退单须写明依据：法律法规、三定规定、权责清单或文号，而不只是“不归我管”。",
        "A return names the rule by which the work is another's: a law, a charter, a list of duties, a document.",
    ),
    "under-review": Kind(
        "正在审核", "Being looked at",
        "同一事项已提交，正等待审核；请等待结果。", "The same was asked already and waits to be decided.",
    ),
    "return-declined": Kind(
        "退单异议不成立", "The return was declined",
        "退单异议已经审核，不成立；派单有效，请继续办理。", "The return was reviewed and declined: the dispatch stands.",
    ),
    "already-ruled": Kind(
        "已经裁定", "Ruled already",
        "本件已提交裁定或已裁定，不能再退单。", "The case was ruled upon, or the arbiter has it; nobody gives it back now.",
    ),
    "own-request": Kind(
        "不能审批自己的申请", "Your own request",
        "申请须由他人审批。", "Whoever asks for something does not allow it himself.",
    ),
    "too-many-tries": Kind(
        "尝试次数过多", "Too many tries",
        "错误次数过多；请按 Retry-After 等待后再试。", "You were wrong too often; wait for Retry-After and try again.",
    ),
    "idempotency-mismatch": Kind(
        "幂等键已用于别的内容", "Idempotency-Key used for another body",
        "同一个 Idempotency-Key 已经随别的内容用过；换一个键再发。",
        "The same Idempotency-Key came with another body before; send a new key.",
    ),
    "too-large": Kind(
        "内容太大", "Body too large",
        "请求体超过这个地址允许的大小。", "The body is larger than this address takes.",
    ),
    "refused": Kind(
        "请求的形式不被接受", "Request refused",
        "方法、请求头、长度或内容类型不被接受。", "The method, headers, length or content type is not taken here.",
    ),
    "try-again": Kind(
        "请稍后再试", "Try again later",
        "服务暂时不能处理；请按 Retry-After 再试。", "The service cannot take this at the moment; retry after Retry-After.",
    ),
    "out-of-order": Kind(
        "前一步尚未到达", "Out of order",
        "所依据的前一步还没有到；请稍后再试。", "What this builds upon has not arrived yet; try again.",
    ),
    "stale-version": Kind(
        "内容已被他人修改", "Changed by somebody else",
        "读取之后内容已被修改；请重新读取再试。", "It was changed since you read it; read it again and retry.",
    ),
    "dependency-down": Kind(
        "后台服务暂不可用", "A dependency is down",
        "数据库或消息服务暂时不可用；请稍后再试。", "The database or the broker cannot be reached; try again.",
    ),
    "poison": Kind(
        "消息无法处理", "Unusable message",
        "消息永远无法处理，已搁置。", "The message can never be handled and was parked.",
    ),
    "plugin-failed": Kind(
        "插件失败", "Plugin failed",
        "区插件出错，已改用默认规则。", "A district's plugin failed; the fallback applies.",
    ),
    "misconfigured": Kind(
        "配置有误", "Misconfigured",
        "系统配置有误，请管理员处理。", "The system is misconfigured; tell the operator.",
    ),
}  # fmt: skip


def speaks(error: BaseException) -> bool:
    """May the text of this error be shown to clients?"""
    return isinstance(error, Rejected | Transient)


def kind_of(error: WhistleError) -> Kind:
    """The kind of an error: its own code's, or that of the nearest class above it that has one."""
    codes = (getattr(cls, "code", "") for cls in type(error).__mro__)
    return next((KINDS[code] for code in codes if code in KINDS), KINDS["internal"])


def problem_answer(
    error: BaseException,
    *,
    request_id: str,
    html: bool = False,
    language: Language = "zh",
    elder: bool = False,
) -> Answer:
    """
    The answer for an error; an error that does not speak for itself becomes ``internal`` with the reference. ``html``,
    ``language`` and ``elder`` say what the caller would rather have.
    """
    if isinstance(error, WhistleError) and speaks(error):
        code, status, zh, en = error.code, error.status, error.zh, error.en
    else:
        code, status = "internal", 500
        zh = f"出错了，已记录，编号 {request_id}"
        en = f"an error happened and was recorded under {request_id}"
        error = WhistleError(zh, en)
    kind = kind_of(error)
    headers = [("Content-Type", HTML if html else PROBLEM_JSON), *_extra_headers(error, status)]
    if html:
        fields = error.fields if isinstance(error, Invalid) else None
        texts: dict[Language, Told] = {"zh": Told(kind.zh, zh), "en": Told(kind.en, en)}
        refused = isinstance(error, Unauthenticated | Forbidden)
        shown = problem_page(
            texts, language, elder=elder, refused=refused, fields=fields, code=code, reference=request_id
        )
        return Answer(status, tuple(headers), shown.encode())
    document = {key: value for key, value in error.detail.items() if key not in _RESERVED}
    document |= {
        "type": f"/problems/{code}",
        "title": kind.zh,
        "title_en": kind.en,
        "status": status,
        "detail": zh,
        "detail_en": en,
        "instance": f"urn:uuid:{request_id}",
    }
    if isinstance(error, Invalid):
        document["errors"] = {name: list(reasons) for name, reasons in error.fields.items()}
    return Answer(status, tuple(headers), to_json(document))


def problem_response(error: WhistleError, request: Request) -> Response:
    """
    The same answer, for a method that returns it instead of raising: what the method wrote stays written.
    """
    answer = problem_answer(error, request_id=request.request_id)
    headers = dict(answer.headers)
    content_type = headers.pop("Content-Type")
    return Response(answer.body, status=answer.status, content_type=content_type, headers=headers)


def _extra_headers(error: WhistleError, status: int) -> list[tuple[str, str]]:
    headers = []
    if isinstance(error, Unauthenticated):
        headers.append(("WWW-Authenticate", 'Bearer realm="whistle"'))
    if "allow" in error.detail:
        headers.append(("Allow", str(error.detail["allow"])))
    if status in (429, 503):
        headers.append(("Retry-After", str(error.detail.get("retry_after", RETRY_AFTER))))
    return headers


def explain(request: Request) -> Response:
    """The page behind a problem's ``type``."""
    code = str(request.path["code"])
    kind = KINDS.get(code)
    if kind is None:
        raise NotFound("没有这一类问题", "there is no such kind of problem")
    texts: dict[Language, Told] = {"zh": Told(kind.zh, kind.why_zh), "en": Told(kind.en, kind.why_en)}
    elder = request.cookies.get(ELDER_COOKIE) == "1"
    return Response(problem_page(texts, request.language, elder=elder, reference=code))


EXPLAIN = RouteSpec(
    method="GET", path="/problems/<code>", service="http", name="explain_problem", answer_type=HTML
)


def not_permitted(role: str) -> Forbidden:
    """The answer to somebody whose role stands too low."""
    needed = role_named(role)
    return Forbidden(
        f"需要“{needed.zh}”或更高的角色", f"this needs the role “{needed.en}” or a higher one", role=role
    )
