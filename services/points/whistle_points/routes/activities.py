"""
Activities and skills.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_points import api
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import activities as schemas
from whistle_points.schemas.base import DistrictQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


class ActivityRoutes:
    """What members do together."""

    tools: Tools

    @route(
        "POST",
        f"{BASE}/activities",
        role="worker",
        body=schemas.ActivityBody,
        answer=schemas.ActivitySchema,
        status=201,
        summary_zh="计划活动",
        summary_en="Plan an activity",
        tags=("points",),
    )
    def post_activity(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.post_activity(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/activities",
        role="worker",
        query=schemas.ActivityQuery,
        answer=schemas.ActivityPage,
        summary_zh="活动列表",
        summary_en="Activities",
        tags=("points",),
    )
    def list_activities(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.list_activities(unit, request)

    @route(
        "GET",
        f"{BASE}/activities/<activity>/signups",
        role="worker",
        query=DistrictQuery,
        answer=schemas.SignupList,
        summary_zh="报名名单",
        summary_en="Who signed up",
        tags=("points",),
    )
    def list_signups(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.list_signups(unit, request)

    @route(
        "POST",
        f"{BASE}/activities/<activity>/signups",
        role="worker",
        body=schemas.SignupBody,
        answer=schemas.SignupSchema,
        summary_zh="报名",
        summary_en="Sign up",
        tags=("points",),
    )
    def join(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.join(unit, request)

    @route(
        "POST",
        f"{BASE}/activities/<activity>/leave",
        role="worker",
        body=schemas.SignupBody,
        answer=schemas.SignupSchema,
        summary_zh="取消报名",
        summary_en="Give a place up",
        tags=("points",),
    )
    def leave(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.leave(unit, request)

    @route(
        "GET",
        f"{BASE}/activities/<activity>/code",
        role="worker",
        query=DistrictQuery,
        answer=schemas.CodeAnswer,
        summary_zh="签到码(30 秒一换)",
        summary_en="The check-in code of this moment",
        tags=("points",),
    )
    def show_code(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.show_code(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/activities/<activity>/checkins",
        role="worker",
        body=schemas.CheckInBody,
        answer=schemas.SignupSchema,
        summary_zh="签到、签退",
        summary_en="Come or go",
        tags=("points",),
    )
    def check_in(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.check_in(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/activities/<activity>/confirm",
        role="worker",
        body=schemas.ConfirmBody,
        answer=schemas.ConfirmAnswer,
        summary_zh="确认时长(可附纸质名单)",
        summary_en="Confirm who was there",
        tags=("points",),
    )
    def confirm(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.confirm(unit, request)

    @route(
        "POST",
        f"{BASE}/skills",
        role="worker",
        body=schemas.SkillBody,
        answer=schemas.SkillSchema,
        summary_zh="登记专业特长",
        summary_en="Enter a skill",
        tags=("points",),
    )
    def put_skill(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.put_skill(unit, request)

    @route(
        "GET",
        f"{BASE}/skills",
        role="worker",
        query=schemas.SkillQuery,
        answer=schemas.SkillList,
        summary_zh="附近谁会",
        summary_en="Who nearby can do this",
        tags=("points",),
    )
    def list_skills(self, unit: PointsUnit, request: Request) -> Any:
        return api.activities.list_skills(unit, request, tools=self.tools)
