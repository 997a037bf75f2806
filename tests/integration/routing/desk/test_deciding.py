"""Staff and deciding parties at the desk: what waits in their scope, and what they say to it."""

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
from whistle.testing import wait_for


@pytest.fixture(scope="module")
def water(platform) -> Clerk:
    return party(platform, "water")


@pytest.fixture(scope="module")
def street(platform) -> Clerk:
    """The party that reviews returns and rules."""
    return party(platform, "street")


@pytest.fixture(scope="module")
def boss(platform) -> Clerk:
    return staff(platform)


def page_of(about) -> str:
    return f"/desk/dispatches/{about['id']}"


def given_back(platform, water, **case) -> dict:
    """A return that waits for its review."""
    about = dispatch(platform, file(platform, **case))
    water.do(page_of(about), "return", by="张工", basis=BASIS, suggested="estate-a")
    (plea,) = pleas(platform, about["case_no"], "return")
    return plea


def to_be_ruled(platform, water, boss) -> dict:
    """A case that two parties gave back."""
    first = given_back(platform, water)
    no = first["case_no"]
    boss.do(f"/desk/pleas/{first['id']}", "review", accept="true", reason="属实", to="estate-a")
    party(platform, "estate-a").do(
        page_of(dispatch(platform, no, "estate-a")), "return", by="李工", basis=BASIS
    )
    (second,) = pleas(platform, no, "return")
    boss.do(f"/desk/pleas/{second['id']}", "review", accept="true", reason="属实")
    (plea,) = pleas(platform, no, "ruling")
    return plea


def test_a_return_is_accepted_on_the_page_and_goes_where_it_says(platform, water, boss):
    """It is on the desk of who decides; the page shows basis and suggestion; afterwards it says what was decided."""
    plea = given_back(platform, water)
    path = f"/desk/pleas/{plea['id']}"
    assert path in boss.body("/desk")
    page = boss.body(path)
    assert ["review"] == forms_of(page)
    assert [] == [word for word in (BASIS, "甲物业", "张工", "停水") if word not in page]
    page = boss.do(path, "review", accept="true", reason="管线归物业", to="estate-a")
    assert [] == forms_of(page)
    assert [] == [word for word in ("审核已记录。", "管线归物业", "王局长", "甲物业") if word not in page]
    assert "estate-a" == dispatch(platform, plea["case_no"])["party"]
    assert path not in boss.body("/desk?show=pleas")


def test_a_return_is_declined_by_the_party_that_is_asked(platform, water, street):
    """The reviewer by its own login; who asked reads the answer and has no form; the dispatch stands and may not be returned."""
    plea = given_back(platform, water)
    path = f"/desk/pleas/{plea['id']}"
    assert path in street.body("/desk")
    asked = water.body(path)
    assert [] == forms_of(asked)
    assert "不能审批本单位自己的申请" in asked
    street.do(path, "review", accept="false", reason="台账载明归贵单位")
    assert "台账载明归贵单位" in water.body(path)
    about = dispatch(platform, plea["case_no"])
    page = water.body(page_of(about))
    assert ("water", False) == (about["party"], "return" in forms_of(page))
    assert "退单异议已审核不成立" in page


def test_a_ruling_names_who_has_the_case_and_becomes_a_precedent(platform, water, boss, street):
    """With the way so far and the words of the case; the next equal case shows the precedent that fits."""
    plea = to_be_ruled(platform, water, boss)
    path = f"/desk/pleas/{plea['id']}"
    page = street.body(path)
    assert [] == [
        word for word in ("自来水公司", "甲物业", "已退单", BASIS, 'value="停水"') if word not in page
    ]
    page = street.do(
        path,
        "rule",
        party="water",
        reason="供水设施台账载明",
        holds="precedent",
        precedent__category="",
        precedent__keywords="停水、断水",
        precedent__until="2031-12-31",
    )
    assert "已列为先例" in page
    about = dispatch(platform, plea["case_no"])
    assert ("water", "ruled") == (about["party"], about["bound"])
    listed = platform.http("GET", f"/api/v1/dispatches/precedents?district={QI}").body["precedents"]
    (made,) = [one for one in listed if one["plea"] == plea["id"]]
    assert (["停水", "断水"], "") == (made["keywords"], made["category"])
    assert made["until"].startswith("2031-12-30T16:00") or made["until"].startswith("2031-12-31T00:00")
    again = given_back(platform, water, text="三楼停水")
    shown = boss.body(f"/desk/pleas/{again['id']}")
    assert "相符的先例" in shown
    assert "供水设施台账载明" in shown
    entry = f"/desk/precedents/{made['id']}"
    assert entry in shown
    assert entry in boss.body("/desk?show=precedents")
    assert 403 == street.get(entry).status
    below = staff(platform, role="street")
    assert [] == forms_of(below.body(entry))
    assert 403 == below.post(entry, {**hidden_of(boss.body(entry), "revoke"), "reason": "x"}).status
    assert "职责已划转" in boss.do(entry, "revoke", reason="职责已划转")
    assert entry not in boss.body("/desk?show=precedents")


def test_a_ruling_may_be_for_one_case_only_and_is_refused_without_a_party(platform, water, boss):
    """What was typed stays; the second try succeeds by the same page."""
    plea = to_be_ruled(platform, water, boss)
    path = f"/desk/pleas/{plea['id']}"
    refused = boss.send(path, "rule", party="", reason="历史遗留", holds="once")
    assert (422, True) == (refused.status, "历史遗留" in refused.body)
    wrong = boss.send(
        path, "rule", party="street", reason="x", holds="precedent", precedent__until="2020-01-01"
    )
    assert (422, True) == (wrong.status, "先例的失效时间已过" in told(wrong))
    page = boss.do(path, "rule", party="street", reason="历史遗留", holds="once")
    assert "已列为先例" not in page
    assert "street" == dispatch(platform, plea["case_no"])["party"]


@pytest.mark.parametrize(("grant", "said"), [("true", "已批准"), ("false", "已驳回")])
def test_more_time_is_granted_or_not_by_somebody_else(platform, water, boss, grant, said):
    """By the district, never by who asked; the deadline follows."""
    about = dispatch(platform, file(platform))
    water.do(page_of(about), "extend", by="张工", span="2 个工作日", reason="需停水施工")
    (plea,) = pleas(platform, about["case_no"], "extension")
    path = f"/desk/pleas/{plea['id']}"
    below = staff(platform, role="street")
    assert [] == forms_of(below.body(path))
    assert "district 以上角色" in below.body(path)
    assert path in boss.body("/desk?show=pleas")
    assert page_of(about) in boss.body("/desk?show=waiting")
    assert "2 个工作日" in boss.body(path)
    assert said in boss.do(path, "grant", grant=grant, reason="知悉")
    after = dispatch(platform, about["case_no"])
    assert (grant == "true") == (after["due_at"] > about["due_at"])
    asked, answered = history(water.body(page_of(about)))[-2:]
    assert ["申请延期", "张工", "需停水施工"] == asked
    assert [("延期获准" if grant == "true" else "延期未获准"), "王局长", "知悉"] == [
        *answered[:2],
        answered[-1],
    ]


def history(page: str) -> list[list[str]]:
    """The entries of what happened, without their time: what, who, until when, and the words."""
    lines = re.findall(r"<li><time.*?</time>(.*?)</li>", page.partition('id="history"')[2], re.DOTALL)
    cells = [re.split(r"\s+·\s+|\n+", re.sub(r"<[^>]+>", "", one).strip()) for one in lines]
    return [[cell.strip() for cell in line if cell.strip()] for line in cells]


def test_a_request_for_more_time_lapses_with_the_report(platform, water):
    """Nobody answered it and nobody has to; the history says so, and why."""
    about = dispatch(platform, file(platform))
    path = page_of(about)
    water.do(path, "sign", by="张工")
    water.do(path, "extend", by="张工", span="2 个工作日", reason="需停水施工")
    water.do(path, "report", by="张工", text="已修好")
    assert ["延期申请已失效，不必再决定", "派单已办结"] in history(water.body(path))


def test_who_may_not_decide_is_refused_even_with_a_form(platform, water, boss):
    """Below the role, the asking party, another party, another district; decided once and for all."""
    plea = given_back(platform, water)
    path = f"/desk/pleas/{plea['id']}"
    fields = {**hidden_of(boss.body(path), "review"), "accept": "true", "reason": "属实"}
    outside = [staff(platform, scope="elsewhere"), party(platform, "estate-b")]
    assert [(403, 403)] * 2 == [(one.get(path).status, one.post(path, fields).status) for one in outside]
    below = staff(platform, role="worker")
    for one in (below, water):
        answer = one.post(path, fields)
        assert (403, True) == (answer.status, "没有提交成功" in answer.body)
    assert ["open"] == [one["state"] for one in pleas(platform, plea["case_no"], "return")]
    boss.do(path, "review", accept="false", reason="不属实")
    late = boss.post(path, {**fields, "once": "later"})
    assert (409, True) == (late.status, "不能再决定" in late.body)


def test_staff_see_what_lies_in_their_scope(platform):
    """Filters, one case by its number, nothing of another grid; a worker of a grid decides nothing."""
    here = dispatch(platform, file(platform, grid="g1"))
    there = dispatch(platform, file(platform, grid="g2"))
    worker = staff(platform, role="worker", scope=f"{QI}/g1")
    seen = "".join(worker.body(f"/desk?show=open&after={key}") for key in ("", *after_keys(worker)))
    assert (True, False) == (page_of(here) in seen, page_of(there) in seen)
    assert page_of(here) in worker.body(f"/desk?case={here['case_no']}")
    assert 403 == worker.get(f"/desk?case={there['case_no']}").status
    assert 403 == worker.get("/desk?district=elsewhere").status
    assert "show=pleas" not in seen
    city = staff(platform, role="city", scope="*")
    assert page_of(there) in city.body(f"/desk?district={QI}&case={there['case_no']}")


def after_keys(clerk: Clerk) -> list[str]:
    """The key of every following page of the open dispatches."""
    keys, page = [], clerk.body("/desk")
    while following := re.search(r'href="\?([^"]+)" rel="next"', page):
        query = following[1].replace("&amp;", "&")
        keys.append(query.partition("after=")[2].partition("&")[0])
        page = clerk.body(f"/desk?{query}")
    return keys


def test_staff_act_for_a_party_and_recall(platform, boss):
    """What staff does is recorded as theirs; a recall needs the street and sends the case on."""
    about = dispatch(platform, file(platform))
    path = page_of(about)
    worker = staff(platform, role="worker", sub="小陈")
    assert "recall" not in forms_of(worker.body(path))
    assert "已签收。" in worker.do(path, "sign", by="张工")
    fields = {**hidden_of(boss.body(path), "recall"), "reason": "误派", "to": "estate-a"}
    assert 403 == worker.post(path, fields).status
    page = boss.do(path, "recall", reason="误派", to="estate-a")
    assert "已撤回派单。" in page
    assert ["escalate", "blow", "consult"] == forms_of(page)  # about the case, which somebody else has now
    assert "estate-a" == dispatch(platform, about["case_no"])["party"]


def test_the_street_lets_a_deadline_stand_still_and_run_again(platform, boss):
    """Only where the class allows it; the page says so in words."""
    about = dispatch(platform, file(platform, "建议:停水前发通知"))
    path = page_of(about)
    assert "pause" not in forms_of(staff(platform, role="worker").body(path))
    page = boss.do(path, "pause", reason="等居民补材料")
    assert [] == [word for word in ("已暂停计时。", "等居民补材料", "暂停计时") if word not in page]
    assert (True, False) == tuple(verb in forms_of(page) for verb in ("resume", "pause"))
    page = boss.do(path, "resume", reason="材料齐了")
    assert (False, True) == tuple(verb in forms_of(page) for verb in ("resume", "pause"))


def test_a_worker_carries_a_case_upward(platform):
    """Registered with its reason; the district's plugin says who acts."""
    about = dispatch(platform, file(platform, grid="g1"))
    worker = staff(platform, role="worker", scope=f"{QI}/g1")
    assert 422 == worker.send(page_of(about), "escalate").status
    assert "已登记上报" in worker.do(page_of(about), "escalate", reason="多次上门未解决")
    decisions = f"/api/v1/dispatches/decisions/{about['case_no']}"
    wait_for(lambda: len(platform.http("GET", decisions).body["decisions"]) == 2, what="the plugin's word")


def test_the_street_confers_about_a_case_and_its_decision_names_who_leads(platform, boss):
    """Without a whistle: called and concluded on the dispatch's page; who was not asked was not there."""
    about = dispatch(platform, file(platform, grid="g1"))
    path = page_of(about)
    said = {"meet_at": "2031-05-06T09:30", "place": "街道会议室", "subject": "管线归属", "guests": "林律师"}
    assert "consult" not in forms_of(staff(platform, role="community").body(path))
    assert 422 == boss.send(path, "consult", **{**said, "meet_at": ""}, parties=["water"]).status
    page = boss.do(path, "consult", **said, parties=["water", "estate-a"])
    assert "2031-05-06 09:30" in page
    at = re.findall(r'id="(hold-[0-9a-f-]{36})"', page)[0]
    held = {
        "minutes": "各方到会",
        "decision": "由甲物业先修",
        "present": ["water", "林律师"],
        "join": ["street"],
    }
    assert 422 == boss.send(path, at, **{**held, "present": ["somebody"]}).status
    page = boss.do(path, at, **held, lead="estate-a")
    assert "由甲物业先修" in page
    assert at not in page
    roles = {
        name: dispatch(platform, about["case_no"], name)["role"] for name in ("water", "estate-a", "street")
    }
    assert {"water": "co", "estate-a": "lead", "street": "co"} == roles


def test_staff_are_led_to_what_waits_for_their_answer(platform, water, boss):
    """From the desk to the ledger's cases to be answered, from the dispatch to the case with the form; a party is not."""
    about = dispatch(platform, file(platform))
    path = page_of(about)
    case = f'<a class="more" href="/cases/{about["case_no"]}">去答复</a>'
    assert case not in boss.body(path)
    water.do(path, "sign", by="张工")
    page = water.do(path, "report", by="张工", text="已修好")
    assert "待答复" not in page
    page = boss.body(path)
    assert (True, True) == ("已全部办结，待答复" in page, case in page)
    wait_for(
        lambda: about["case_no"] in boss.body("/ledger?state=resolved"), what="the case among those to answer"
    )
    assert '<form method="post"' in boss.body(f"/cases/{about['case_no']}").partition("<footer>")[0]
