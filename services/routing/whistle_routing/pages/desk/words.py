"""
What the codes of the desk are called, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.contracts.timing import KIND_WORDS
from whistle_routing.publications import CLASS_WORDS

Pairs = Mapping[str, tuple[str, str]]

STATES: Pairs = {
    "sent": ("待签收", "To be signed"),
    "signed": ("已签收", "Signed"),
    "arrived": ("已报到", "On site"),
    "reported": ("已上报办结", "Reported done"),
    "accepted": ("办结已认可", "Report accepted"),
    "released": ("已撤离", "Released"),
    "returned": ("已退单", "Given back"),
    "recalled": ("已撤回", "Recalled"),
}
COLOURS: Pairs = {
    "red": ("红牌：已逾期", "Red: overdue"),
    "late": ("时限已到", "Deadline passed"),
    "yellow": ("黄牌：快到期", "Yellow: nearly due"),
    "paused": ("暂停计时", "Standing still"),
    "running": ("计时中", "Running"),
    "over": ("已停止计时", "Stopped"),
}
GONE: Pairs = {
    "released": ("准予撤离", "Released"),
    "returned": ("已退回", "Given back"),
    "recalled": ("已撤回", "Recalled"),
}
"""What became of the work of who has none any more: it was handled neither in time nor late."""
ROLES: Pairs = {"lead": ("主办", "Leads"), "co": ("协办", "Helps")}
VERBS: Pairs = {
    "sign": ("签收", "Sign"),
    "arrive": ("报到", "Report in on site"),
    "first_contact": ("登记首次联系", "Record the first contact"),
    "progress": ("报进展", "Tell how far it is"),
    "report": ("上报办结", "Report it done"),
    "return": ("退单", "Give it back"),
    "extend": ("申请延期", "Ask for more time"),
    "urge": ("催办", "Urge"),
    "recall": ("撤回派单", "Recall the dispatch"),
    "pause": ("暂停计时（补办）", "Let the deadline stand still"),
    "resume": ("恢复计时", "Let the deadline run again"),
    "escalate": ("上报（久拖或超出权限）", "Carry the case upward"),
    "blow": ("吹哨", "Blow a whistle"),
    "revoke": ("撤销先例", "Revoke the precedent"),
    "review": ("审核退单", "Review the return"),
    "rule": ("裁定", "Rule"),
    "grant": ("审批延期", "Decide on more time"),
    "approve": ("批准吹哨", "Approve the whistle"),
    "decline": ("不批准", "Decline"),
    "summon": ("召集", "Summon another"),
    "release": ("准予撤离", "Release"),
    "veto": ("否决", "Veto the report"),
    "evaluate": ("评价", "Evaluate"),
    "assess": ("考核", "Assess"),
    "close": ("结束吹哨", "Close the whistle"),
    "consult": ("召集联合会商", "Call a joint consultation"),
    "hold": ("登记会商纪要", "Record the minutes"),
}
DONE: Pairs = {
    "sign": ("已签收。", "Signed."),
    "arrive": ("已报到。", "You have reported in."),
    "first_contact": ("已登记首次联系。", "The first contact is recorded."),
    "progress": ("进展已记录。", "The progress is recorded."),
    "report": ("已上报办结。", "Reported done."),
    "return": ("退单已提交。", "The return is handed in."),
    "extend": ("延期申请已提交，等待批准。", "The request for more time waits to be decided."),
    "urge": ("已催办。", "Urged."),
    "recall": ("已撤回派单。", "The dispatch is recalled."),
    "pause": ("已暂停计时。", "The deadline stands still."),
    "resume": ("已恢复计时。", "The deadline runs again."),
    "escalate": ("已登记上报，正在决定由谁办理。", "Registered; it is being decided who acts."),
    "blow": ("哨令已提交。", "The whistle is handed in."),
    "revoke": ("先例已撤销。", "The precedent is revoked."),
    "review": ("审核已记录。", "The review is recorded."),
    "rule": ("裁定已记录。", "The ruling is recorded."),
    "grant": ("审批已记录。", "The decision is recorded."),
    "approve": ("已批准，哨已吹响。", "Approved: the whistle is blown."),
    "decline": ("已记录不批准。", "Declined."),
    "summon": ("已召集。", "Summoned."),
    "release": ("已准予撤离。", "Released."),
    "veto": ("已否决，该单位继续办理。", "Vetoed: it is back at work."),
    "evaluate": ("评价已记录。", "The evaluation is recorded."),
    "assess": ("考核已记录。", "The assessment is recorded."),
    "close": ("吹哨已结束。", "The whistle is closed."),
    "consult": ("已召集会商。", "The consultation is called."),
    "hold": ("纪要已登记。", "The minutes are recorded."),
}
DID: Pairs = {
    "sign": ("签收", "Signed"),
    "arrive": ("报到", "Reported in on site"),
    "first_contact": ("首次联系", "First contact"),
    "progress": ("报进展", "Told how far it is"),
    "report": ("上报办结", "Reported done"),
    "return": ("提出退单", "Wanted to give it back"),
    "extend": ("申请延期", "Asked for more time"),
    "urge": ("催办", "Urged"),
}
PLEAS: Pairs = {
    "return": ("退单审核", "Return to be reviewed"),
    "ruling": ("裁定由谁办理", "Who handles it: a ruling"),
    "extension": ("延期审批", "More time asked for"),
}
PLEA_STATES: Pairs = {
    "open": ("等待决定", "To be decided"),
    "granted": ("已批准", "Granted"),
    "declined": ("已驳回", "Declined"),
    "withdrawn": ("已失效", "Lapsed"),
}
DECLINED: Pairs = {
    "return": ("退单未获准", "The return was declined"),
    "extension": ("延期未获准", "More time was declined"),
}
LAPSED: Pairs = {
    "return": ("退单申请已失效，不必再决定", "The return lapsed undecided"),
    "ruling": ("裁定申请已失效，不必再决定", "The request for a ruling lapsed undecided"),
    "extension": ("延期申请已失效，不必再决定", "The request for more time lapsed undecided"),
}
RULED: tuple[str, str] = ("已裁定", "Ruled")
WHISTLE_STATES: Pairs = {
    "requested": ("等待批准", "Waits for approval"),
    "declined": ("未获批准", "Not approved"),
    "blown": ("已吹响，办理中", "Blown, at work"),
    "closed": ("已办结", "Closed"),
}
JOB_STATES: Pairs = {
    "pending": ("正在决定由谁办理", "It is being decided who handles it"),
    "routed": ("在办", "At work"),
    "ruling": ("等待裁定", "Waits for a ruling"),
    "done": ("各单位已办结，待答复", "All have reported, to be answered"),
    "closed": ("已办结", "Closed"),
}
VERDICTS: Pairs = {
    "satisfied": ("满意", "Satisfied"),
    "basically_satisfied": ("基本满意", "Fairly satisfied"),
    "dissatisfied": ("不满意", "Dissatisfied"),
}
GRADES: Pairs = {
    "excellent": ("优秀", "Excellent"),
    "qualified": ("合格", "Qualified"),
    "unqualified": ("不合格", "Unqualified"),
}
SOURCES: Pairs = {
    "plugin": ("本区规则", "the district's rules"),
    "fallback": ("默认规则", "the fallback rules"),
    "duty-desk": ("值班席", "the duty desk"),
    "person": ("人工", "a person"),
}
NO_RETURN: Pairs = {
    "state": ("现在的状态不能退单。", "It cannot be given back in this state."),
    "ruled": (
        "本件已提交裁定或已裁定，不能再退单。",
        "The arbiter has it or has ruled: it is not given back.",
    ),
    "declined": ("退单异议已审核不成立，请继续办理。", "The return was declined: the dispatch stands."),
    "review": ("已有申请等待决定，请等待结果。", "Something about it waits to be decided."),
    "window": ("退单时限已过。", "The time in which it could be given back is over."),
}
TOLD: Pairs = {
    "dispatch.sent": ("派单", "Work was sent"),
    "dispatch.promoted": ("改为主办", "Leads from now on"),
    "dispatch.joined": ("几家一起办", "Part of a joint effort"),
    "dispatch.extended": ("延期获准", "More time was granted"),
    "dispatch.declined": ("申请未获准", "The request was declined"),
    "dispatch.ruled": ("已裁定由谁办理", "It was ruled who handles it"),
    "dispatch.recalled": ("派单被撤回", "The dispatch was recalled"),
    "dispatch.urged": ("首办单位催办", "The owner of the case urges"),
    "dispatch.refused": ("上一操作未被接受", "An action was refused"),
    "dispatch.returned": ("退单", "It was given back"),
    "dispatch.pleaded": ("请贵单位决定", "To be decided by you"),
    "whistle.summoned": ("被召集", "Summoned"),
    "whistle.vetoed": ("办结被否决，继续办理", "The report was vetoed"),
    "whistle.released": ("准予撤离", "Released"),
    "whistle.evaluated": ("评价", "Evaluated"),
    "whistle.assessed": ("考核", "Assessed"),
    "consultation.called": ("联合会商通知", "Called to a joint consultation"),
    "consultation.held": ("联合会商纪要", "Minutes of a joint consultation"),
    "clock.started": ("开始计时", "A deadline began"),
    "clock.warned": ("黄牌提醒", "Yellow: nearly due"),
    "clock.overdue": ("红牌：已逾期", "Red: overdue"),
    "clock.paused": ("暂停计时", "The deadline stands still"),
    "clock.resumed": ("恢复计时", "The deadline runs again"),
    "clock.recomputed": ("时限重算", "The deadline was reckoned anew"),
    "clock.stopped": ("停止计时", "A deadline stopped"),
    "supervision.opened": ("督办", "Under supervision"),
    "supervision.closed": ("督办销号", "The supervision is over"),
}
"""What a party was told, by the name of the message."""
STEPS: Pairs = {
    "registered": ("登记入册", "Registered"),
    "escalated": ("上报", "Carried upward"),
    "requested": ("申请吹哨", "Asked for approval"),
    "approved": ("批准", "Approved"),
    "declined": ("未批准", "Not approved"),
    "blown": ("吹哨", "Blown"),
    "called": ("叫到", "Called"),
    "joined": ("分工变化", "Its part changed"),
    "signed": ("签收", "Signed"),
    "arrived": ("报到", "On site"),
    "reported": ("上报办结", "Reported done"),
    "returned": ("退单", "Gave it back"),
    "recalled": ("撤回", "Recalled"),
    "deadline": ("时限变化", "Deadline moved"),
    "vetoed": ("否决", "Vetoed"),
    "released": ("准予撤离", "Released"),
    "accepted": ("认可办结", "Report accepted"),
    "evaluated": ("评价", "Evaluated"),
    "assessed": ("考核", "Assessed"),
    "closed": ("办结", "Closed"),
    "consultation_called": ("召集会商", "Consultation called"),
    "consultation_held": ("会商", "Consultation held"),
}
WORDS: Mapping[str, Any] = {
    "CLASSES": CLASS_WORDS,
    "CLOCKS": KIND_WORDS,
    "COLOURS": COLOURS,
    "DONE": DONE,
    "GONE": GONE,
    "GRADES": GRADES,
    "JOB_STATES": JOB_STATES,
    "NO_RETURN": NO_RETURN,
    "PLEAS": PLEAS,
    "PLEA_STATES": PLEA_STATES,
    "ROLES": ROLES,
    "RULED": RULED,
    "SOURCES": SOURCES,
    "STATES": STATES,
    "STEPS": STEPS,
    "TOLD": TOLD,
    "VERBS": VERBS,
    "VERDICTS": VERDICTS,
    "WHISTLE_STATES": WHISTLE_STATES,
}
"""Under these names the templates know them."""
