"""
What codes are called by people: pairs of Chinese and English.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Pair = tuple[str, str]

PURPOSES: Mapping[str, Pair] = MappingProxyType(
    {
        "receipt": ("受理回执", "receipt"),
        "assignment": ("派单告知", "who handles it"),
        "to-answer": ("待答复", "to be answered"),
        "answer": ("答复居民", "answer the resident"),
        "call-back": ("不满意回访", "call back the dissatisfied"),
        "reopened": ("重新办理", "reopened"),
        "done": ("办结告知", "closed"),
        "to-approve": ("吹哨待批", "whistle to be approved"),
        "approval-due": ("审批将到期", "approval due"),
        "warned": ("黄牌提醒", "warning"),
        "overdue": ("红牌提醒", "overdue"),
        "overdue-staff": ("逾期通报", "overdue, to staff"),
        "supervised": ("督办", "supervision"),
        "supervised-staff": ("督办通报", "supervision, to staff"),
        "sitting-due": ("接访提醒", "sitting due"),
        "earned": ("积分入账", "points earned"),
        "deducted": ("积分扣减", "points deducted"),
        "held": ("积分冻结", "points held"),
        "settled": ("积分兑换", "points exchanged"),
        "voided": ("积分解冻", "hold lifted"),
        "expired": ("积分到期", "points expired"),
        "points-reversed": ("积分冲正", "points reversed"),
        "points-published": ("积分公示", "points published"),
        "whistle": ("吹哨", "whistle"),
    }
)
STATES: Mapping[str, Pair] = MappingProxyType(
    {
        "planned": ("待发送", "planned"),
        "queued": ("发送中", "being sent"),
        "attempted": ("待重试", "to be tried again"),
        "delivered": ("已送达", "delivered"),
        "failed": ("未送达", "failed"),
        "skipped": ("无法送达，已记录", "skipped, on record"),
        "handed_over": ("转人工", "handed to a person"),
        "open": ("待办", "to do"),
        "done": ("已办", "done"),
    }
)
WAYS: Mapping[str, Pair] = MappingProxyType(
    {
        "hotline": ("电话联系", "by phone"),
        "on_site": ("现场咨询", "on site"),
        "platform": ("网络平台", "online"),
        "home_visit": ("上门答复", "home visit"),
        "letter": ("书面函复", "letter"),
        "meeting": ("召集会议", "meeting"),
    }
)
RESULTS: Mapping[str, Pair] = MappingProxyType(
    {
        "reached": ("已联系", "reached"),
        "refused": ("对方拒绝", "refused"),
        "unreachable": ("联系不上", "unreachable"),
    }
)
CHANNELS: Mapping[str, Pair] = MappingProxyType(
    {"file": ("消息记录", "file"), "apprise": ("消息", "message"), "person": ("人工", "person")}
)


def said(words: Mapping[str, Pair], code: str | None) -> str:
    """The Chinese word; what is not known (yet) by its code, nothing as ``-``."""
    return words.get(code, (code, code))[0] if code else "-"
