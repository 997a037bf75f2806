"""A party at the desk: it logs in by its link, sees its own work and does it; every refusal stands next to its form."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

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
)
from whistle.testing import wait_for

MADE_UP = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=name=\"once\" value=\")[\w-]{22}|(?<=css\?v=)[0-9a-f]+"
)
"""What is drawn by lot or reckoned on a page, in which any digits may follow each other."""
STEPS = ["arrive", "first_contact", "progress", "report"]


@pytest.fixture(scope="module")
def water(platform) -> Clerk:
    return party(platform, "water")


@pytest.fixture
def about(platform):
    """A fresh piece of work of the water company."""
    return dispatch(platform, file(platform))


@pytest.fixture
def path(about) -> str:
    return f"/desk/dispatches/{about['id']}"


def state(platform, about) -> str:
    rows = platform.http("GET", f"/api/v1/dispatches?no={about['case_no']}").body["dispatches"]
    return next(one["state"] for one in rows if one["id"] == about["id"])


def test_the_login_link_leads_a_party_to_its_desk(platform):
    """``whistle party token`` prints it where the way is pages; a new token ends the one before."""
    made = json.loads(platform.require("party", "token", f"{QI}/estate-b", "--url", "https://a.b/", "--json"))
    assert made["login"] == f"https://a.b/login?token={made['token']}"
    answer = platform.http("GET", made["login"].removeprefix("https://a.b"), token="")
    assert (303, "/desk") == (answer.status, answer.headers["Location"])
    clerk = Clerk(platform, answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0])
    page = clerk.body("/desk")
    assert 'href="/desk" aria-current="page"' in page
    assert "/ledger" not in page
    party(platform, "estate-b")
    assert 401 == clerk.get("/desk").status


def test_work_goes_from_signing_to_the_report_on_pages(platform, water, about, path):
    """Each page offers what the table allows now, and nothing else; what was said stands in the history."""
    assert path in water.body("/desk")
    assert ["sign", "extend", "return"] == forms_of(water.body(path))
    assert "已签收。" in water.do(path, "sign", by="张工")
    assert [*STEPS, "extend", "return"] == forms_of(water.body(path))
    water.do(path, "first_contact", by="张工", text="已约明早上门")
    assert "配件到货" in water.do(path, "progress", by="张工", text="配件到货")
    assert ["progress", "report", "extend"] == forms_of(
        water.do(path, "arrive", by="张工", proof__place="泵房")
    )
    page = water.do(path, "report", by="张工", text="已修好,电话13812345678")
    assert [] == forms_of(page)
    assert "已上报办结" in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert (False, True) == tuple(path in water.body(f"/desk?show={show}") for show in ("open", "all"))
    wait_for(lambda: "resolved" == platform.case(about["case_no"])["state"], what="the case to be resolved")


@pytest.mark.parametrize(
    ("at", "fields", "status", "why"),
    [
        ("sign", {"by": ""}, 422, "请改正"),
        ("extend", {"span": "很久", "reason": "施工", "by": "张工"}, 422, "延期须写明时长"),
        ("extend", {"span": "9 个工作日", "reason": "施工", "by": "张工"}, 409, "延期合计不得超过"),
        ("return", {"basis": "不归我管", "by": "张工"}, 422, "退单须写明依据"),
        ("return", {"basis": BASIS, "suggested": "nobody", "by": "张工"}, 422, "没有单位"),
    ],
)
def test_a_refusal_stands_next_to_its_form_with_what_was_typed(
    platform, water, about, path, at, fields, status, why
):
    """The form is open, nothing typed is lost, nothing was done."""
    answer = water.send(path, at, **fields)
    assert status == answer.status
    form = re.search(rf'<details class="act" id="{at}" open>.*?</details>', answer.body, re.DOTALL)
    assert form is not None
    assert why in form[0]
    typed = [value for name, value in fields.items() if name in ("span", "reason", "basis", "by") and value]
    assert [] == [value for value in typed if value not in form[0]]
    assert "sent" == state(platform, about)
    assert [] == pleas(platform, about["case_no"])


def test_a_refusal_is_told_in_the_readers_language(water, path):
    """The problem's English half, and the field's."""
    hidden = hidden_of(water.body(path), "return")
    answer = water.post(path, {**hidden, "basis": "no", "by": "Zhang"}, Accept_Language="en")
    assert "a return names the law" in answer.body
    assert "退单须写明依据" not in answer.body


def test_the_same_form_sent_again_is_done_once(platform, water, path):
    """A double click, all at once; a second look at the page makes a second note."""
    water.do(path, "sign", by="张工")
    fields = {**hidden_of(water.body(path), "progress"), "by": "张工", "text": "在路上"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: water.post(path, fields), range(4)))
    assert [303] * 4 == [answer.status for answer in answers]
    assert 1 == water.body(path).count("在路上")
    assert 2 == water.do(path, "progress", by="张工", text="在路上").count("在路上")


def test_signing_twice_by_one_form_is_no_refusal_but_a_later_one_is(water, path):
    """Whoever clicked twice sees that it is signed; who comes with an old page is told."""
    fields = {**hidden_of(water.body(path), "sign"), "by": "张工"}
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: water.post(path, fields), range(3)))
    assert [303] * 3 == [answer.status for answer in answers]
    late = water.post(path, {**fields, "once": "another"})
    assert (409, True) == (late.status, "不能再签收" in late.body)


def test_a_form_of_another_site_and_one_without_login_do_nothing(platform, water, about, path):
    """The cookie counts for forms of our own pages only."""
    fields = {**hidden_of(water.body(path), "sign"), "by": "张工"}
    assert 403 == water.post(path, fields, Sec_Fetch_Site="cross-site").status
    assert 401 == Clerk(platform, "").post(path, fields).status
    assert 401 == Clerk(platform, "").get("/desk").status
    assert "sent" == state(platform, about)


def test_other_parties_districts_and_roles_see_nothing(platform, water, about, path):
    """Neither the page nor its forms, whoever else it is."""
    fields = {**hidden_of(water.body(path), "sign"), "by": "张工"}
    strangers = [
        party(platform, "estate-a"),
        staff(platform, scope="elsewhere"),
        staff(platform, role="worker", scope=f"{QI}/g2"),
        staff(platform, role="metrics", scope="*"),
        staff(platform, role="resident", scope=QI),
    ]
    assert [(403, 403)] * 5 == [(one.get(path).status, one.post(path, fields).status) for one in strangers]
    assert 403 == strangers[0].get(f"/desk?case={about['case_no']}").status
    assert path not in strangers[0].body("/desk")
    assert [403, 403] == [one.get("/desk").status for one in strangers[3:]]
    assert "sent" == state(platform, about)


def test_a_company_sees_nothing_of_the_resident_on_any_page(platform, water):
    """Lists, pages, refusal: neither name, flat, number nor its end; a reported person not even by the text."""
    told_by = "我叫司马相如,住3单元502室,电话13812345678。3号楼停水三天"
    no = file(
        platform, told_by, title="停水,我是司马相如", contact={"name": "司马相如", "phone": "13812345678"}
    )
    sealed = file(platform, "举报王五偷水停水", tags=["检举"], place="幸福里9号楼")
    found = [dispatch(platform, one) for one in (no, sealed)]
    paths = [f"/desk/dispatches/{one['id']}" for one in found]
    refused = water.send(paths[0], "return", basis="不归我管", by="张工")
    water.do(paths[0], "return", basis=BASIS, by="张工")
    (plea,) = pleas(platform, no, "return")
    asked = water.body(f"/desk/pleas/{plea['id']}")
    staff(platform).do(f"/desk/pleas/{plea['id']}", "review", accept="true", reason="属实", to="estate-a")
    there = f"/desk/dispatches/{dispatch(platform, no, 'estate-a')['id']}"
    others = party(platform, "estate-a").body(there) + water.body(there)
    lists = [water.body(one) for one in ("/desk", "/desk?show=all", *paths)]
    shown = "".join([*lists, str(refused.body), asked, others])
    shown = MADE_UP.sub("", shown)
    secrets = ("司马相如", "502", "13812345678", "5678", "王五", "幸福里9号楼")
    assert [] == [word for word in secrets if word in shown]
    assert "3号楼停水三天" in shown
    assert "内容已密封" in water.body(paths[1])
    worker, street = staff(platform, role="worker"), staff(platform, role="street")
    assert (False, True) == tuple("王五" in one.body(paths[1]) for one in (worker, street))


def test_the_text_on_the_page_is_the_partys_own_copy(platform, water, path):
    """What is copied from the page leads back to the party, like the letter itself."""
    text = re.search(r'<p class="prose" lang="zh-CN">(.*?)</p>', water.body(path), re.DOTALL)
    body = {"text": text[1]}
    found = platform.http("POST", f"/api/v1/districts/{QI}/trace", body).body["letters"]
    assert ["water"] == [one["party"] for one in found]


def traced(platform, page: str) -> list[str]:
    """For whom the text of the case on a page was made."""
    text = re.search(r'id="said">.*?<p class="prose" lang="zh-CN">(.*?)</p>', page, re.DOTALL)
    assert text is not None
    found = platform.http("POST", f"/api/v1/districts/{QI}/trace", {"text": text[1]}).body["letters"]
    return [one["party"] for one in found]


def test_the_text_of_work_that_others_have_is_marked_for_who_reads_it(platform, water):
    """The owner of a case at another's work, and a party that decides about a return; staff read it as it is."""
    about = dispatch(platform, file(platform))
    water.do(f"/desk/dispatches/{about['id']}", "return", by="张工", basis=BASIS)
    (plea,) = pleas(platform, about["case_no"], "return")
    path, boss = f"/desk/pleas/{plea['id']}", staff(platform)
    assert ["street"] == traced(platform, party(platform, "street").body(path))
    boss.do(path, "review", accept="true", reason="属实", to="estate-a")
    there = f"/desk/dispatches/{dispatch(platform, about['case_no'], 'estate-a')['id']}"
    assert ["water"] == traced(platform, water.body(there))
    assert ["estate-a"] == traced(platform, party(platform, "estate-a").body(there))
    assert [] == traced(platform, boss.body(there))


def test_the_owner_urges_whoever_has_the_case_now(platform, water):
    """A case given back stays its first party's to follow: it is on its desk, and has a form to urge."""
    about = dispatch(platform, file(platform))
    water.do(f"/desk/dispatches/{about['id']}", "return", by="张工", basis=BASIS)
    (plea,) = pleas(platform, about["case_no"], "return")
    staff(platform).do(f"/desk/pleas/{plea['id']}", "review", accept="true", reason="属实", to="estate-a")
    there = dispatch(platform, about["case_no"], "estate-a")
    path = f"/desk/dispatches/{there['id']}"
    assert path in water.body("/desk")
    assert ["urge"] == forms_of(water.body(path))
    assert "已催办。" in water.do(path, "urge", text="居民又来电", by="李主任")
    other = party(platform, "estate-a")
    assert "居民又来电" in other.body(path)
    assert "urge" not in forms_of(other.body(path))


def test_lists_are_paged_by_key(platform, water):
    """Twenty at a time, the most urgent first, and every one of them once."""
    numbers = [file(platform, f"第{number}户停水") for number in range(23)]
    dispatch(platform, numbers[-1])
    for show in ("open", "all"):
        seen: list[str] = []
        page = water.body(f"/desk?show={show}")
        while True:
            seen += re.findall(r'<section aria-labelledby="list">.*', page, re.DOTALL)[0].split(
                "/desk/dispatches/"
            )[1:]
            following = re.search(r'href="([^"]+)" rel="next"', page)
            if following is None:
                break
            page = water.body("/desk" + following[1].replace("&amp;", "&"))
        ids = [one.partition('"')[0] for one in seen]
        assert len(ids) == len(set(ids))
        assert {dispatch(platform, no)["id"] for no in numbers} <= set(ids)
    assert 422 == water.get("/desk?after=nonsense").status


@pytest.mark.parametrize(
    "query",
    [
        "after=0001-01-01T00:00:00%2B14:00_x",
        "after=9999-12-31T23:59:59-14:00_x",
        "after=2031-01-01T00:00:00_x",
        "show=all&after=99999999999",
        "show=nothing",
        "case=26-99999-0",
        "district=elsewhere",
    ],
)
def test_a_made_up_address_is_refused_and_no_failure(water, query):
    """Places that no page gave, lists that there are not."""
    assert water.get(f"/desk?{query}").status in (403, 422)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": ["sign", "return"]},
        {"do": "rule", "party": "water"},
        {"do": "arrive", "by": "张工", "proof": "x"},
        {"do": "arrive", "by": ["a", "b"], "proof.place.x": "y", "at": "arrive"},
        {"do": "sign", "by": "张" * 101, "at": "sign"},
        {"do": "blow", "class": "x", "co_handlers": ["a"] * 60, "at": "blow"},
    ],
)
def test_a_made_up_form_is_refused_and_no_failure(platform, water, about, path, fields):
    """Fields that no form has, several where one belongs: the page again, with the reason."""
    answer = water.post(path, fields)
    assert (422, True) == (answer.status, "没有提交成功" in answer.body)
    assert "sent" == state(platform, about)


def test_the_foot_of_the_page_names_the_party(water):
    """By its name, not by the user and the number of its token."""
    foot = water.body("/desk").partition("<footer>")[2]
    assert (True, False) == ("已登录：自来水公司（" in foot, "#" in foot)
