"""The pages over HTTP, without scripts: file, follow, answer, rate, and what nobody may see."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.intake.forms import FILING, Browser, form_token, number_in, wait_until_resolved
from whistle.ids import case_number
from whistle.testing import wait_for


@pytest.fixture
def resident(platform) -> Browser:
    return Browser(platform)


@pytest.fixture
def staff(platform) -> Browser:
    return Browser(platform, token=platform.token("worker", "mawei", sub="Wang Li"))


def test_a_case_goes_its_way_by_pages_alone(platform, resident, staff):
    """Filed, found by number and tail, answered by staff, rated by the resident, closed."""
    no = number_in(resident.file())
    found = resident.post("/cases", {"no": no.replace("-", " "), "tail": "5678"})
    assert 303 == found.status
    link = found.headers["Location"]
    wait_until_resolved(platform, no)
    assert "已办理，待答复" in resident.get(link).body
    answered = staff.post(f"/cases/{no}/answer", {"way": "on_site", "text": "灯修好了,请您看看。"})
    assert 303 == answered.status, answered.body
    page = resident.get(link).body
    assert "灯修好了" in page
    assert "请您评价" in page
    rated = resident.post(
        f"/cases/{no}/rating", {"rating": "satisfied", "comment": "谢谢", "link": link.partition("link=")[2]}
    )
    assert 303 == rated.status, rated.body
    after = resident.get(rated.headers["Location"].partition("#")[0]).body
    assert "已办结" in after
    assert "评价：满意。" in after
    assert (
        "Wang Li"
        == next(one for one in platform.case(no)["timeline"] if one["kind"] == "case.answered")["actor"]
    )


def test_a_form_that_is_sent_twice_files_one_case(resident):
    """A second click, a reload; but other words under the same token are another case."""
    fields = {**FILING, "token": form_token(resident)}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: resident.post("/file", fields), range(4)))
    assert [303] * 4 == [answer.status for answer in answers]
    assert 1 == len({number_in(answer.headers["Location"]) for answer in answers})
    other = resident.post("/file", {**fields, "text": "另外,楼下的下水道堵了。"})
    assert number_in(answers[0].headers["Location"]) != number_in(other.headers["Location"])


def test_a_wrong_form_comes_back_with_what_was_typed(resident):
    """And with the reason beside the field."""
    answer = resident.post(
        "/file", {"token": form_token(resident), "text": "路灯 <b>不亮</b>", "contact.phone": "12a"}
    )
    assert 422 == answer.status
    assert "路灯 &lt;b&gt;不亮&lt;/b&gt;" in answer.body
    assert 'value="12a"' in answer.body
    assert "请选择哪个区" in answer.body
    assert "手机号应为 6 到 20 位数字" in answer.body


@pytest.mark.parametrize(
    "fields", [{}, {"token": "short"}, {"text[]": "x"}, {"contact": "x", "token": "t" * 20}]
)
def test_a_form_made_up_by_somebody_is_refused_and_not_a_failure(resident, fields):
    """Without token, with other fields, with a field where several belong."""
    assert 422 == resident.post("/file", fields).status


def test_a_resident_files_by_the_public_door_only(resident, staff, platform):
    """Other doors are for staff; a worker of another district may not file here."""
    assert 422 == resident.post("/file", {**FILING, "token": form_token(resident), "door": "hotline"}).status
    no = number_in(staff.file(door="hotline"))
    assert "hotline" == platform.case(no)["door"]
    elsewhere = Browser(platform, token=platform.token("worker", "gaochang"))
    assert 403 == elsewhere.post("/file", {**FILING, "token": form_token(resident), "door": "hotline"}).status


def test_nobody_learns_which_numbers_there_are(resident):
    """A wrong tail and an unknown number get the same answer; only a typing error is told as such."""
    no = number_in(resident.file())
    wrong = resident.post("/cases", {"no": no, "tail": "0000"})
    unknown = resident.post("/cases", {"no": case_number(2031, 99999), "tail": "0000"})
    assert (422, 422) == (wrong.status, unknown.status)
    assert wrong.body.replace(no, "?") == unknown.body.replace(case_number(2031, 99999), "?")
    last = str((int(no[-1]) + 1) % 10)
    assert "编号有误" not in wrong.body
    assert "校验位不符" in resident.post("/cases", {"no": no[:-1] + last, "tail": "5678"}).body


def test_a_case_is_shown_to_its_own_link_only(resident, platform):
    """Without, with another case's, with a forged one there is the lookup form instead."""
    location, other = resident.file(), resident.file(text="楼下的下水道堵了三天。")
    path, _, query = location.partition("?")
    assert 200 == resident.get(location).status
    for strange in (
        "",
        "?link=",
        "?" + other.partition("?")[2],
        "?" + query.replace("=", "=x"),
        "?link=a.b.c",
    ):
        answer = resident.get(path + strange)
        assert 403 == answer.status, strange
        assert FILING["text"][:6] not in answer.body
        assert 'name="tail"' in answer.body
    stranger = Browser(platform, token=platform.token("worker", "gaochang"))
    assert 403 == stranger.get(path).status


def test_a_rating_needs_the_link_and_an_answered_case(resident, platform, staff):
    """Nobody rates for somebody else; a rating that comes too late is told and changes nothing."""
    location = resident.file()
    no, link = number_in(location), location.partition("link=")[2].removesuffix("&filed=1")
    assert 403 == resident.post(f"/cases/{no}/rating", {"rating": "satisfied"}).status
    early = resident.post(f"/cases/{no}/rating", {"rating": "satisfied", "link": link})
    assert 409 == early.status
    assert "这一步没有生效" in early.body
    wait_until_resolved(platform, no)
    staff.post(f"/cases/{no}/answer", {"way": "letter", "text": "修好了"})
    empty = resident.post(f"/cases/{no}/rating", {"link": link})
    assert 422 == empty.status
    assert "请选择一项" in empty.body
    assert "answered" == platform.case(no)["state"]


def test_an_answer_needs_staff_of_the_area(resident, platform):
    """Neither a resident nor staff of another district answers."""
    no = number_in(resident.file())
    form = {"way": "letter", "text": "修好了"}
    assert 401 == resident.post(f"/cases/{no}/answer", form).status
    stranger = Browser(platform, token=platform.token("worker", "gaochang"))
    assert 403 == stranger.post(f"/cases/{no}/answer", form).status


def test_a_form_of_another_site_does_not_act_for_staff(platform, staff, resident):
    """A cookie counts only for forms that a page of ours sent."""
    no = number_in(resident.file())
    foreign = staff.post(f"/cases/{no}/answer", {"way": "letter", "text": "x"}, Sec_Fetch_Site="cross-site")
    assert 403 == foreign.status


def test_the_ledger_shows_what_the_scope_covers(platform, resident, staff):
    """All of the district to the district's worker, nothing to a resident, the grid to a grid worker."""
    no = number_in(resident.file())
    people = platform.people()
    inside = people.call(
        "POST",
        "/api/v1/cases",
        {"district": "mawei", "text": "一号网格的井盖松了", "door": "grid_walk", "grid": "350105001"},
    )
    assert 401 == resident.get("/ledger").status
    assert no in staff.get("/ledger?district=mawei").body
    assert 403 == staff.get("/ledger?district=gaochang").status
    grid = Browser(platform, token=platform.token("worker", "mawei/350105"))
    assert inside["no"] in grid.get("/ledger").body
    assert no not in grid.get("/ledger").body
    listed = platform.http(
        "GET", "/api/v1/cases?limit=500", token=platform.token("worker", "mawei/350105")
    ).body["cases"]
    assert {"350105001"} == {case["grid"] for case in listed}


def test_a_scope_is_a_node_of_the_tree_with_everything_below(platform):
    """
    The codes of grids say nothing about where they lie: whoever has the community sees and may work on what is in its grids, and
    nothing of the neighbour, as soon as intake was told of the tree.
    """
    people = platform.people()
    filed = {}
    for grid in ("maxian-1", "maxian-2"):
        case = {"district": "mawei", "text": f"{grid} 的井盖松了", "door": "grid_walk", "grid": grid}
        filed[grid] = people.call("POST", "/api/v1/cases", case)["no"]

    def seen_by(scope):
        token = platform.token("worker", f"mawei/{scope}")
        page = platform.http("GET", "/api/v1/cases?limit=500", token=token).body["cases"]
        return {case["no"] for case in page}

    wait_for(lambda: set(filed.values()) <= seen_by("maxian"), timeout=30, what="intake to know the tree")
    assert set(filed.values()) <= seen_by("luoxing")
    assert (True, False) == tuple(filed[grid] in seen_by("maxian-1") for grid in filed)
    form = {"text": "请看一下", "title": "井盖"}
    neighbour, community = (platform.token("worker", f"mawei/{scope}") for scope in ("maxian-2", "maxian"))
    case = {**form, "district": "mawei", "door": "grid_walk", "grid": "maxian-1"}
    assert 403 == platform.http("POST", "/api/v1/cases", case, token=neighbour).status
    assert 201 == platform.http("POST", "/api/v1/cases", case, token=community).status


def test_a_grid_that_the_district_has_not_is_refused_by_name_of_the_field(platform):
    """422 as for an unknown district: no grid worker would ever see that case."""
    case = {"district": "mawei", "text": "井盖松了", "door": "grid_walk", "grid": "bogus"}
    token = platform.token("worker", "mawei")

    def status(grid):
        return platform.http("POST", "/api/v1/cases", {**case, "grid": grid}, token=token).status

    wait_for(lambda: 422 == status("bogus"), timeout=30, what="intake to know the tree")
    assert ["grid"] == list(platform.http("POST", "/api/v1/cases", case, token=token).body["errors"])
    assert 201 == status("maxian-1")


def test_the_ledger_is_filtered_and_paged(platform, staff):
    """By state, thirty at a time, older ones behind a link."""
    platform.people().call(
        "POST", "/api/v1/cases", {"district": "mawei", "text": "第一件,最早的", "door": "hotline"}
    )
    for number in range(31):
        platform.people().call(
            "POST", "/api/v1/cases", {"district": "mawei", "text": f"第{number}盏路灯不亮", "door": "hotline"}
        )
    first = staff.get("/ledger")
    assert 30 == first.body.count('<span class="number">')
    link = (
        first.body.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    assert "before=" in link
    assert "回到最新" in staff.get("/ledger" + link).body
    assert "没有符合条件的诉求" in staff.get("/ledger?state=closed&district=mawei&before=1").body


def test_a_case_that_is_filed_on_the_page_reaches_its_grid(platform, resident):
    """By choice, or by the name of the place; a guess is marked as such, and the ledger finds what has no grid."""
    worker = Browser(platform, token=platform.token("worker", "mawei/maxian-3"))
    wait_for(lambda: "帝豪花园" in resident.get("/file?district=mawei").body, timeout=30, what="the tree")
    chosen, guessed, none = (
        number_in(resident.file(**more))
        for more in ({"grid": "maxian-3"}, {"place": "帝豪花园3号楼"}, {"place": "某处"})
    )
    seen = worker.get("/ledger").body
    assert (True, True, False) == (chosen in seen, guessed in seen, none in seen)
    assert "按地点推定" not in worker.get(f"/cases/{chosen}").body
    page = worker.get(f"/cases/{guessed}").body
    assert "第3网格(帝豪花园)" in page
    assert "按地点推定" in page
    wide = Browser(platform, token=platform.token("district", "mawei")).get("/ledger?unplaced=1").body
    assert (False, True) == (chosen in wide, none in wide)


def test_staff_rates_on_behalf_and_is_on_record_as_such(platform, resident, staff):
    """Name and role on the timeline, for the page and for programs."""
    no = number_in(resident.file())
    wait_until_resolved(platform, no)
    staff.post(f"/cases/{no}/answer", {"way": "hotline", "text": "修好了"})
    assert "代录回访评价" in staff.get(f"/cases/{no}").body
    assert 303 == staff.post(f"/cases/{no}/rating", {"rating": "satisfied"}).status
    assert "工作人员代录：Wang Li" in staff.get(f"/cases/{no}").body
    rated = next(one for one in platform.case(no)["timeline"] if one["kind"] == "case.rated")
    assert ("Wang Li", "worker") == (rated["actor"], rated["data"]["on_behalf"])


@pytest.mark.parametrize("path", ["/", "/now", "/file", "/cases"])
def test_public_pages_are_light_safe_and_in_both_languages(resident, path):
    """Chinese first, English when chosen or preferred; a strict policy; nothing kept in caches."""
    page = resident.get(path)
    assert (200, True) == (page.status, '<html lang="zh-CN">' in page.body)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "no-store" == page.headers["Cache-Control"]
    assert '<html lang="en">' in resident.get(path, Accept_Language="en-GB,en;q=0.9").body
    chosen = resident.get(f"{path}?lang=en")
    assert '<html lang="en">' in chosen.body
    assert "whistle_lang=en" in chosen.headers["Set-Cookie"]
    assert len(page.body.encode()) < 100_000


def test_the_style_is_served_under_an_address_that_changes_with_it(resident):
    """It may be cached for an hour without an upgrade being missed."""
    address = resident.get("/").body.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "?v=" in address
    style = resident.get(address)
    assert (200, "text/css; charset=utf-8") == (style.status, style.headers["Content-Type"])


def test_what_is_happening_names_nobody(platform, resident):
    """Neither titles nor numbers nor texts of cases are on the public pages."""
    no = number_in(resident.file(text="张三家的狗夜里一直叫,请管一管。"))
    for path in ("/", "/now"):
        body = resident.get(path).body
        assert no not in body
        assert "张三" not in body
    assert (
        "一件诉求" in resident.get("/now").body
    )  # of whatever happened last; others file in the same minute
