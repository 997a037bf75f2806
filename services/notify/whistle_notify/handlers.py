"""
Use cases of the notify service: what is to be told, and what people have done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whistle.contracts import CaseClosed, CaseFiled, Event, NoticeDelivered, NoticeFailed
from whistle.errors import NotAllowedNow, NotFound, OutOfOrder, Poison
from whistle.ids import new_id
from whistle_notify import domain
from whistle_notify.domain import Notice, Purpose, Recipient, Task
from whistle_notify.store import NotifyUnit
from whistle_notify.texts import Texts

NO_CHANNEL = "no machine channel"
WORKER = "deliver"
"""The background work that is woken when notices are planned."""


def follow(unit: NotifyUnit, event: Event[Any], *, texts: Texts) -> None:
    """
    Plan what is to be told about an event; a person's task is made at once.

    Raises:
        OutOfOrder: the case has not been filed here yet.
    """
    recipient = unit.recipients.get(event.case_no) if event.case_no else _nobody(event)
    if isinstance(event.data, CaseFiled) and recipient is None:
        recipient = _remember(unit, event)
    if recipient is None:
        raise OutOfOrder("诉求尚未到达", f"case {event.case_no} is not here yet")
    if isinstance(event.data, CaseClosed):
        unit.close_tasks(str(event.case_no))
    for purpose in domain.purposes_of(event.data, imported=recipient.imported):
        if purpose.at_once:
            _ask(unit, event, purpose, recipient=recipient, texts=texts)
        else:
            _plan(unit, event, purpose, recipient=recipient)


def _nobody(event: Event[Any]) -> Recipient:
    """Whoever filed no case: what is told about points or sittings, not about a case. Raises Poison for anything else."""
    if not event.data.name.startswith(("points.", "sitting.")):
        raise Poison("消息没有案件编号", "the event names no case")
    return Recipient(case_no="", district=event.district, grid=None, title="", contact=None, imported=False)


def _remember(unit: NotifyUnit, event: Event[CaseFiled]) -> Recipient:
    recipient = Recipient(
        case_no=str(event.case_no),
        district=event.district,
        grid=event.data.grid,
        title=event.data.title,
        contact=event.data.contact,
        imported=domain.IMPORTED in event.data.tags,
    )
    unit.recipients.put(recipient)
    return recipient


def _plan(unit: NotifyUnit, event: Event[Any], purpose: Purpose, *, recipient: Recipient) -> None:
    unreachable = purpose.audience == "resident" and recipient.contact is None and not purpose.person
    unit.plan(
        Notice(
            id=new_id(),
            event_id=event.id,
            recipient=domain.recipient_of(
                purpose, event.data, district=event.district, case_no=event.case_no
            ),
            purpose=purpose.name,
            audience=purpose.audience,
            district=event.district,
            case_no=event.case_no,
            grid=recipient.grid,
            facts=_facts(event, purpose, recipient),
            state="skipped" if unreachable else "planned",
            reason=NO_CHANNEL if unreachable else None,
            not_before=unit.now,
            created_at=unit.now,
            changed_at=unit.now,
        )
    )
    if not unreachable:
        unit.wake(WORKER)


def _ask(
    unit: NotifyUnit, event: Event[Any], purpose: Purpose, *, recipient: Recipient, texts: Texts
) -> None:
    told = domain.recipient_of(purpose, event.data, district=event.district, case_no=event.case_no)
    unit.ask(
        Task(
            id=new_id(),
            origin=f"event/{event.id}/{told}/{purpose.name}",
            kind="hotline",
            purpose=purpose.name,
            owner=purpose.owner,
            district=event.district,
            grid=recipient.grid,
            case_no=event.case_no,
            notice=None,
            text=texts.render(purpose.name, _facts(event, purpose, recipient)),
            state="open",
            created_at=unit.now,
            due_at=domain.due_at("hotline", unit.now),
        )
    )


def _facts(event: Event[Any], purpose: Purpose, recipient: Recipient) -> dict[str, Any]:
    common = {"case_no": event.case_no, "title": recipient.title, "district": event.district}
    return {**common, **domain.facts_of(purpose, event.data)}


# --- what people have done ----------------------------------------------------------------------------------------


def finish_task(unit: NotifyUnit, task: Task, *, result: str, note: str | None, by: str) -> Task:
    """
    A person says what came of a task; its notice, if it has one, follows.

    Raises:
        NotAllowedNow: it was finished before.
    """
    if task.state == "done":
        raise NotAllowedNow(
            f"任务已由 {task.done_by} 办结", f"the task was finished by {task.done_by}", done_by=task.done_by
        )
    task = replace(
        task, state="done", done_at=unit.now, done_by=by, result=result, note=note, version=task.version + 1
    )
    unit.tasks.put(task)
    notice = unit.notices.get(task.notice) if task.notice else None
    if notice is not None:
        _tick(unit, notice, task)
    return task


def _tick(unit: NotifyUnit, notice: Notice, task: Task) -> None:
    before, state = notice.state, domain.after(notice.state, domain.RESULTS[str(task.result)])
    reached = state == "delivered"
    reason = None if reached else f"a person tried: {task.result}"
    unit.notices.put(
        replace(
            notice,
            state=state,
            channel="person",
            text=notice.text or task.text,
            reason=reason,
            changed_at=unit.now,
            version=notice.version + 1,
        )
    )
    if reached:
        unit.emit(
            NoticeDelivered(
                notice=notice.id, purpose=notice.purpose, channel="person", recipient=notice.audience
            ),
            district=notice.district,
            case_no=notice.case_no,
        )
    elif before != "failed":
        unit.emit(
            NoticeFailed(notice=notice.id, purpose=notice.purpose, channel="person", task=task.id),
            district=notice.district,
            case_no=notice.case_no,
        )


def find_task(unit: NotifyUnit, task_id: str) -> Task:
    """Raises NotFound."""
    task = unit.tasks.get(task_id)
    if task is None:
        raise NotFound("没有这项任务", "there is no such task")
    return task
