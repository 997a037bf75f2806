"""What the services hear of who asked, by consent."""

from __future__ import annotations

import pytest

from tests.integration.intake.desk import Desk
from tests.unit.intake.conftest import tools  # noqa: F401  # a fixture
from whistle_intake import handlers
from whistle_intake.handlers import Filing

CONTACT = {"name": "司馬相如", "phone": "13812345678"}
TEXT = "我是司馬相如,電話13812345678,路燈不亮"


@pytest.fixture
def desk(tmp_path, tools):  # noqa: F811
    made = Desk(f"sqlite:///{tmp_path}/intake.db", tools)
    yield made
    made.database.close()


@pytest.mark.parametrize(
    ("consent", "text"),
    [(False, "我是司**,电话138****5678,路灯不亮"), (True, "我是司马相如,电话138****5678,路灯不亮")],
)
def test_a_name_is_told_by_consent_only(desk, consent, text):
    """Also where it was written in traditional characters; the ledger keeps all; the call-back number has no usable end."""
    with desk.database.write() as unit:
        filing = Filing(district="mawei", text=TEXT, contact=CONTACT, consent=consent)
        no = handlers.file_case(unit, filing, tools=desk.tools).no
    (event,) = desk.said("case.filed")
    assert (text, consent, "138*******8") == (event.data.text, event.data.consent, event.data.callback)
    assert "司马相如" in desk.case(no).text
