"""What a handler logs says where it belongs, without the handler's doing: service, case, event, district, request."""

from __future__ import annotations

import pytest

from tests.integration.kit.running import Yard
from tests.integration.kit.stock import CASE, filed


@pytest.fixture
def yard(tmp_path):
    made = Yard("memory://", tmp_path)
    yield made
    made.close()


def test_service_case_event_and_district_are_bound_once(yard):
    """In the handler of a message, in a write, in a read and in background work; and nothing of a request stays behind."""
    with yard.database.write() as unit:
        event = unit.emit(filed("log").data, district="mawei", case_no=CASE)
    service = yard.start().ready()
    told = {"service": "parcels", "case": CASE}
    for method, name in (("POST", "in_write"), ("GET", "in_read")):
        assert 204 == service.ask(method, f"/api/v1/cases/{CASE}/logs")
        line = service.logged(name)
        assert told == {key: line[key] for key in told}
        assert line["request_id"]
    line = service.logged("in_handler")
    assert told | {"event_id": event, "district": "mawei"} == {
        key: line[key] for key in (*told, "event_id", "district")
    }
    plain = service.logged("in_work")
    assert ("parcels", None, None) == (plain["service"], plain.get("case"), plain.get("request_id"))
    assert 200 == service.post_title("log")
    assert 0 == service.terminate()
    last = [line for line in service.errors().splitlines() if "in_handler" in line][-1]
    assert CASE not in last
    assert '"service": "parcels"' in last
