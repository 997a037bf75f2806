"""
A message in one line, for the person at the department's terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.contracts import Event

LABELS: Mapping[str, str] = {
    "dispatch.sent": "派单",
    "dispatch.signed": "已签收",
    "dispatch.arrived": "已报到",
    "dispatch.progressed": "有进展",
    "dispatch.reported": "已上报",
    "dispatch.returned": "已退单",
    "dispatch.contacted": "已联系居民",
    "dispatch.pleaded": "待审批",
    "dispatch.declined": "未获批准",
    "dispatch.ruled": "裁定",
    "dispatch.recalled": "已撤回",
    "dispatch.urged": "催办",
    "dispatch.extended": "已延期",
    "dispatch.promoted": "改为主办",
    "dispatch.joined": "并入吹哨",
    "dispatch.refused": "动作被拒",
    "whistle.requested": "申请吹哨",
    "whistle.approved": "批准吹哨",
    "whistle.declined": "未获批准",
    "whistle.blown": "吹哨",
    "whistle.summoned": "召集",
    "whistle.vetoed": "否决,继续办理",
    "whistle.released": "准予撤离",
    "whistle.evaluated": "评价",
    "whistle.assessed": "考核",
    "whistle.escalated": "升级",
    "whistle.closed": "哨令办结",
    "consultation.called": "联合会商通知",
    "consultation.held": "联合会商纪要",
    "sitting.due": "坐班提醒",
    "clock.started": "开始计时",
    "clock.warned": "黄灯",
    "clock.overdue": "红灯",
    "clock.paused": "暂停计时",
    "clock.resumed": "恢复计时",
    "clock.recomputed": "时限重算",
    "clock.stopped": "停止计时",
    "supervision.opened": "督办",
    "supervision.closed": "督办销号",
}


def describe(event: Event[Any]) -> str:
    """When, what, which case, and the facts to act by; zh-CN first."""
    data = event.data
    parts = [
        f"{event.time.astimezone():%m-%d %H:%M}",
        f"[{LABELS.get(data.name, data.name)} / {data.name}]",
        event.case_no or "-",
        *(
            str(getattr(data, name))
            for name in ("title", "place", "text", "reason")
            if getattr(data, name, None)
        ),
    ]
    due = getattr(data, "due_at", None)
    if due is not None:
        parts.append(f"限 / due {due.astimezone():%m-%d %H:%M}")
    if getattr(data, "dispatch", None):
        parts.append(f"派单号 / dispatch {data.dispatch}")
    return "  ".join(" ".join(part.split()) for part in parts)
