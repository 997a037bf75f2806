"""
Why points refuses: each reason a problem type of its own, ``/problems/points/<code>``, explained on a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from whistle.errors import Forbidden, Invalid, NotAllowedNow, NotFound, Rejected
from whistle.http.problem_page import Told, problem_page
from whistle.http.routes import ELDER_COOKIE, Language, Request, Response
from whistle_points.domain import points


class UnknownMember(NotFound):
    """没有这个党员:编号不在本区名册上。 / No such member: the number is not on the district's roll."""

    code = "points/unknown-member"

    def __init__(self, member: str) -> None:
        super().__init__(f"没有党员 {member}", f"there is no member {member}", member=member)


class UnknownItem(NotFound):
    """没有这个积分项目。 / No such scoring item in the scheme of that day."""

    code = "points/unknown-item"

    def __init__(self, item: str, day: object) -> None:
        super().__init__(
            f"{day} 适用的积分办法里没有项目 {item}",
            f"the scheme in force on {day} has no item {item}",
            item=item,
            day=str(day),
        )


class ItemOfAnotherDate(NotFound):
    """该日期适用的积分办法里没有这个项目,别的日期有。 / The scheme has this item, but not on that day."""

    code = "points/item-of-another-date"

    def __init__(self, item: str, day: object, *, versions: Mapping[int, object]) -> None:
        zh = "、".join(f"第 {number} 版(自 {since})" for number, since in versions.items())
        en = ", ".join(f"version {number} (from {since})" for number, since in versions.items())
        super().__init__(
            f"{day} 适用的积分办法里没有项目 {item},它在{zh}里",
            f"the scheme in force on {day} has no item {item}; it is in {en}",
            item=item,
            day=str(day),
        )


class MissingEvidence(Invalid):
    """缺少这个项目要求的佐证材料。 / Evidence that the scoring item asks for is missing."""

    code = "points/missing-evidence"


class NotForThis(Rejected):
    """这项操作不适用于这个积分项目。 / The scoring item does not allow this."""

    code = "points/not-for-this-item"


class Insufficient(NotAllowedNow):
    """可用积分不足。 / Fewer points are free than this needs."""

    code = "points/insufficient"

    def __init__(self, *, asked: int, free: int) -> None:
        super().__init__(
            f"可用积分 {points(free)},需要 {points(asked)}",
            f"{points(free)} points are free, {points(asked)} are needed",
            free=free,
            asked=asked,
        )


class AlreadyEnded(NotAllowedNow):
    """预扣已经结束:已领取、已取消或已过期,只能结束一次。 / The hold has ended already, and ends only once."""

    code = "points/already-ended"

    def __init__(self, hold: str, *, state: str, ended_by: str | None) -> None:
        names = {"settled": "已领取", "voided": "已取消", "lapsed": "逾期未领"}
        super().__init__(
            f"该预扣{names.get(state, state)}",
            f"the hold is {state}",
            hold=hold,
            state=state,
            transfer=ended_by,
        )


class AlreadyReversed(NotAllowedNow):
    """这笔已经冲正,只能冲正一次。 / The transfer was reversed already, and is reversed only once."""

    code = "points/already-reversed"

    def __init__(self, transfer: str, *, by: str) -> None:
        super().__init__(
            "该笔已冲正", f"the transfer was reversed by {by}", transfer=transfer, reversed_by=by
        )


class NotReversible(NotAllowedNow):
    """这类流水不能冲正:改用取消、新的奖励或新的申请。 / Transfers of this kind are not reversed."""

    code = "points/not-reversible"


class SamePerson(Forbidden):
    """审核人、经办人不能是本人。 / Nobody reviews, decides or hands out for oneself."""

    code = "points/same-person"


class OwnReview(SamePerson):
    """审核人不能是本人或申报人。 / Nobody reviews what is their own or what they entered."""

    code = "points/own-review"


class OwnPickUp(SamePerson):
    """经办人不能是领取人或兑换的党员本人。 / The clerk is neither the taker nor the member whose points are spent."""

    code = "points/own-pick-up"


class WrongAmount(Invalid):
    """数量不对:应大于 0 且不超过上限。 / The amount must be above 0 and not above the limit."""

    code = "points/wrong-amount"


class Blocked(NotAllowedNow):
    """该党员已冻结或转出,不能兑换。 / The member is blocked or has left and may not spend."""

    code = "points/blocked"


class OutOfStock(NotAllowedNow):
    """库存不足。 / There is not enough in stock."""

    code = "points/out-of-stock"


class LimitReached(NotAllowedNow):
    """已达限额。 / A limit per member or period is reached."""

    code = "points/limit-reached"


class WrongCode(Rejected):
    """取货码不对、不属于这个领取点,或该兑换不在这一天。 / The pick-up code is not valid here and today."""

    code = "points/wrong-code"


class CodeUsed(NotAllowedNow):
    """取货码已经用过。 / The pick-up code was used already."""

    code = "points/code-used"


class CodeExpired(NotAllowedNow):
    """码已过期。 / The code has expired."""

    code = "points/code-expired"


class NotOnOffer(NotAllowedNow):
    """该日期没有这项商品可兑换。 / The reward is not on offer on that day."""

    code = "points/not-on-offer"


class Full(NotAllowedNow):
    """活动报名已截止或不在报名期。 / The activity takes no sign-ups now."""

    code = "points/no-sign-up"


class TooLate(NotAllowedNow):
    """期限已过。 / The time for this has passed."""

    code = "points/too-late"


REFUSALS: tuple[type[Rejected], ...] = (
    UnknownMember,
    UnknownItem,
    ItemOfAnotherDate,
    MissingEvidence,
    NotForThis,
    Insufficient,
    AlreadyEnded,
    AlreadyReversed,
    NotReversible,
    SamePerson,
    OwnReview,
    OwnPickUp,
    WrongAmount,
    Blocked,
    OutOfStock,
    LimitReached,
    WrongCode,
    CodeUsed,
    CodeExpired,
    NotOnOffer,
    Full,
    TooLate,
)


class _Kinds:
    """The refusals by the last part of their code."""

    by_name: ClassVar[dict[str, type[Rejected]]] = {one.code.partition("/")[2]: one for one in REFUSALS}


def explain(request: Request) -> Response:
    """The page behind a problem's ``type``. Raises NotFound."""
    kind = _Kinds.by_name.get(str(request.path["code"]))
    if kind is None:
        raise NotFound("没有这一类问题", "there is no such kind of problem")
    zh, _, en = (kind.__doc__ or "").partition(" / ")
    texts: dict[Language, Told] = {
        "zh": Told("积分服务没有这样做", zh),
        "en": Told("Points did not do this", en),
    }
    elder = request.cookies.get(ELDER_COOKIE) == "1"
    return Response(problem_page(texts, request.language, elder=elder, reference=kind.code))
