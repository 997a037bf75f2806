"""Whistles at the desk: blown, approved and used by pages alone, with every power where the tables allow it."""

from __future__ import annotations

import re

import pytest

from tests.integration.routing.desk.clerks import (
    BASIS,
    QI,
    Clerk,
    dispatch,
    file,
    forms_of,
    hidden_of,
    party,
    pleas,
    staff,
    told,
)


@pytest.fixture(scope="module")
def people(platform) -> dict[str, Clerk]:
    """A grid worker who blows, the street above, and the parties that are called."""
    return {
        "worker": staff(platform, role="worker", sub="王网格"),
        "street": staff(platform, role="street", sub="李主任"),
        **{name: party(platform, name) for name in ("water", "estate-a", "estate-b")},
    }


@pytest.fixture
def about(platform):
    return dispatch(platform, file(platform, grid="g1"))


def page_of(about) -> str:
    return f"/desk/dispatches/{about['id']}"


def blow(clerk: Clerk, about, whistle_class="daily", **more) -> str:
    """From the page of the case's dispatch; the address of the whistle's page."""
    said = {
        "class": whistle_class,
        "lead": "water",
        "co_handlers": ["estate-a", "estate-b"],
        "reason": "管线多家",
    }
    answer = clerk.send(page_of(about), "blow", **{**said, **more})
    assert 303 == answer.status, told(answer)
    return answer.headers["Location"].partition("?")[0]


def report(platform, people, about, *names) -> None:
    for name in names:
        path = page_of(dispatch(platform, about["case_no"], name))
        if "sign" in forms_of(people[name].body(path)):
            people[name].do(path, "sign", by="张工")
        people[name].do(path, "report", by="张工", text="已办")


def test_from_the_blowing_to_the_assessment(platform, people, about):
    """Blown on the dispatch's page; summoned, vetoed, evaluated, released, closed, assessed; every step on the page."""
    worker = people["worker"]
    path = blow(worker, about)
    assert path in worker.body("/desk?show=whistles")
    assert "blow" not in forms_of(worker.body(page_of(about)))
    page = worker.do(path, "summon", party="street", reason="协调")
    assert [] == [word for word in ("到场码", "王网格", "管线多家", "街道", "尚未上报") if word not in page]
    assert ["release", "release", "release", "release", "summon", "consult"] == forms_of(page)
    report(platform, people, about, "water", "estate-a", "estate-b")
    assert "close" not in forms_of(worker.body(path))
    page = worker.do(path, "veto-estate-a", reason="还在漏水")
    assert "还在漏水" in people["estate-a"].body(page_of(dispatch(platform, about["case_no"], "estate-a")))
    report(platform, people, about, "estate-a")
    worker.do(path, "evaluate-estate-a", score="72", verdict="dissatisfied", comment="返工一次")
    page = worker.do(path, "release-street", reason="不再需要协调")
    assert [] == [word for word in ("返工一次", "被否决 1 次", "不再需要协调", "已办结") if word not in page]
    page = worker.do(path, "assess-water", grade="excellent", comment="全程在场")
    assert "全程在场" in page
    assert "assess-water" not in page
    assert path in worker.body("/desk?show=over")
    assert path not in worker.body("/desk?show=whistles")


def test_a_whistle_is_approved_by_somebody_above_and_closed(platform, people, about):
    """It waits on the desk of the street; who asked has no form; approved, it is blown; closing accepts the reports."""
    worker, street = people["worker"], people["street"]
    path = blow(worker, about, "major", co_handlers=["estate-a"])
    page = worker.body(path)
    assert ([], True) == (forms_of(page), "等待批准" in page)
    assert path in street.body("/desk")
    assert ["approve", "decline"] == forms_of(street.body(path))
    assert "已批准" in street.do(path, "approve", reason="同意")
    report(platform, people, about, "water", "estate-a")
    assert "吹哨已结束" in worker.do(path, "close")


def test_a_whistle_is_declined_with_a_reason(people, about):
    """Without one the form comes back."""
    path = blow(people["worker"], about, "major", co_handlers=["estate-a"])
    assert 422 == people["street"].send(path, "decline").status
    assert "先由社区协调" in people["street"].do(path, "decline", reason="先由社区协调")
    assert path not in people["street"].body("/desk")


def test_an_arrival_is_proved_by_the_code_that_the_blower_sees(platform, people, about):
    """Reporting is offered only after it; a wrong code is told at its field."""
    path = blow(people["street"], about, "urgent", co_handlers=["estate-a"])
    code = re.search(r'<p class="receipt">(\d{6})</p>', people["street"].body(path))
    assert code is not None
    water, mine = people["water"], page_of(dispatch(platform, about["case_no"], "water"))
    assert code[1] not in water.body(mine)
    page = water.do(mine, "sign", by="张工")
    assert (True, False) == tuple(verb in forms_of(page) for verb in ("arrive", "report"))
    wrong = water.send(
        mine, "arrive", by="张工", proof__place="泵房", proof__code=str((int(code[1]) + 1) % 10**6).zfill(6)
    )
    assert (422, True, True) == (wrong.status, "到场码不对" in wrong.body, 'value="泵房"' in wrong.body)
    page = water.do(mine, "arrive", by="张工", proof__place="泵房", proof__code=code[1])
    assert "report" in forms_of(page)
    assert "泵房" in people["street"].body(path)


def test_a_consultation_is_called_and_its_minutes_recorded(platform, people, about):
    """A time in China; whoever was asked may have been there; the decision summons another."""
    worker = people["worker"]
    path = blow(worker, about, co_handlers=["estate-a"])
    said = {
        "meet_at": "2031-05-06T09:30",
        "place": "社区会议室",
        "subject": "管线归属",
        "guests": "林律师、陈医生",
    }
    few = worker.send(path, "consult", **{**said, "guests": "", "parties": ["water"]})
    assert (422, True) == (few.status, "参加者太少" in told(few))
    assert 'value="water" checked' in few.body
    page = worker.do(path, "consult", **{**said, "parties": ["water", "estate-a"]})
    assert "2031-05-06 09:30" in page
    at = next(one for one in re.findall(r'id="(hold-[^"]+)"', page) if one.count("-") > 1)
    stranger = {"minutes": "议定", "decision": "由供水先修", "present": ["nobody"]}
    assert 422 == worker.post(path, {**hidden_of(page, at), **stranger}).status
    held = {**stranger, "present": ["water", "林律师"], "summon": ["estate-b"]}
    page = worker.do(path, at, **held)
    assert "由供水先修" in page
    assert "estate-b" == dispatch(platform, about["case_no"], "estate-b")["party"]
    assert "由供水先修" in people["estate-a"].body(page_of(dispatch(platform, about["case_no"], "estate-a")))


def test_whistles_are_not_for_parties_nor_for_other_places(people, platform, about):
    """Neither page nor forms; who may not use a power sees the page without forms, and is refused with one."""
    path = blow(people["worker"], about, co_handlers=["estate-a"])
    fields = {**hidden_of(people["worker"].body(path), "summon"), "party": "street", "reason": "x"}
    outside = [
        people["water"],
        staff(platform, scope="elsewhere"),
        staff(platform, role="worker", scope=f"{QI}/g2"),
    ]
    assert [(403, 403)] * 3 == [(one.get(path).status, one.post(path, fields).status) for one in outside]
    other = staff(platform, role="worker", sub="小赵")
    assert [] == forms_of(other.body(path))
    assert "到场码" not in other.body(path)
    refused = other.post(path, fields)
    assert (403, True) == (refused.status, "只有吹哨人或其上级" in refused.body)
    assert "blow" not in forms_of(people["water"].body(page_of(about)))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"co_handlers": []}, "至少要两家"),
        ({"lead": "nobody"}, "没有单位 nobody"),
        ({"within": "很久"}, "时限有误"),
        ({"reason": ""}, "请改正"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_beside_its_form(people, about, more, why):
    """What was chosen stays chosen."""
    said = {"class": "daily", "lead": "water", "co_handlers": ["estate-a"], "reason": "多家", **more}
    answer = people["worker"].send(page_of(about), "blow", **said)
    assert 422 == answer.status
    form = re.search(r'<details class="act" id="blow" open>.*?</details>', answer.body, re.DOTALL)
    assert form is not None
    assert why in form[0]
    assert 'value="daily" required checked' in form[0]
    assert said["co_handlers"] == re.findall(r'name="co_handlers" value="([^"]+)" checked', form[0])


def test_a_time_that_cannot_be_read_is_marked_at_its_field(people, about):
    """Along with what else is wrong, each at its own field, and what was typed is kept."""
    said = {"class": "daily", "lead": "nobody", "co_handlers": [], "reason": "多家", "within": "随便"}
    page = people["worker"].send(page_of(about), "blow", **said).body
    assert ["lead", "within"] == re.findall(r'id="blow-(\w+)-wrong"', page)
    field = re.search(r'<input id="blow-within"[^>]*>', page)
    assert field is not None
    assert (True, True) == ('value="随便"' in field[0], 'aria-invalid="true"' in field[0])


def facts(page: str) -> dict[str, str]:
    """What stands at the head of the page."""
    found = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {name: re.sub(r"<[^>]+>|\s+", "", text) for name, text in found}


def test_the_head_of_the_page_says_who_is_called_now(platform, people, about):
    """Not who was called at first: one vetoed and let go, one summoned, one that gave it back and another that leads since."""
    worker, boss = people["worker"], staff(platform)
    path = blow(worker, about)
    assert ("自来水公司", "甲物业、乙物业") == tuple(
        facts(worker.body(path))[name] for name in ("牵头", "一起办")
    )
    report(platform, people, about, "estate-a")
    worker.do(path, "veto-estate-a", reason="还在漏水")
    page = worker.do(path, "release-estate-a", reason="换人")
    assert ("乙物业", "甲物业（准予撤离）") == tuple(facts(page)[name] for name in ("一起办", "不再办理"))
    called = dispatch(platform, about["case_no"], "water")
    people["water"].do(page_of(called), "return", by="张工", basis=BASIS)
    (plea,) = pleas(platform, about["case_no"], "return")
    boss.do(f"/desk/pleas/{plea['id']}", "review", accept="true", reason="属实", to="street")
    head = facts(worker.body(path))
    assert "街道" == head["牵头"]
    assert {"甲物业（准予撤离）", "自来水公司（已退回）"} == set(head["不再办理"].split("、"))


def test_who_has_gone_was_handled_neither_in_time_nor_late(platform, people, about):
    """On the whistle's page, on the dispatch's and in the list: what became of it, in place of a colour."""
    worker = people["worker"]
    path = blow(worker, about)
    mine = page_of(dispatch(platform, about["case_no"], "estate-a"))
    report(platform, people, about, "estate-a")
    worker.do(path, "veto-estate-a", reason="还在漏水")
    page = worker.do(path, "release-estate-a", reason="换人")
    card = next(one for one in page.split("<article")[1:] if mine in one).partition("</article>")[0]
    assert "办理: 准予撤离" in card
    shown = people["estate-a"].body(mine)
    line = re.search(r"<strong>办理</strong>\s*(.*?)</p>(.*?)</details>", shown, re.DOTALL)
    assert line is not None
    assert ("准予撤离", True, False) == (line[1], "停止计时" in line[2], "按时" in line[2])
    row = next(one for one in people["estate-a"].body("/desk?show=all").split("<li>") if mine in one)
    assert (True, False) == ("准予撤离" in row, "已停止计时" in row)
