"""
What crosses the process border: there and back unchanged, and nothing wrong gets in.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from tests.plugins.packs import NOW, a_case
from whistle.contracts.plugin import (
    Case,
    Classification,
    Decision,
    Facts,
    GridNode,
    History,
    Party,
    Reason,
    Trigger,
)
from whistle.errors import PluginFailed

DECISION = Decision(
    lead="water",
    co_handlers=("estate-a",),
    whistle_class="daily",
    classification=Classification(handling_class="commitment", category="城乡建设/供水", level="daily"),
    reasons=(Reason(rule="water", evidence="停水", confidence=0.8),),
    handle_hours=24.0,
)
FACTS = Facts(
    now=NOW,
    district="qi",
    parties=(Party(id="water", name="自来水公司", kind="water"),),
    grid=(GridNode(code="top", parent=None, kind="district", name="测试区"),),
    history=History(lead="water", returned_by=("street",), reopened=1),
)


@pytest.mark.parametrize(
    "thing",
    [
        DECISION,
        FACTS,
        a_case("qi"),
        dataclasses.replace(a_case("qi"), grid="g1", handling_class="immediate", tags=("a",), category="x"),
        Trigger(kind="returned", detail="依据"),
    ],
)
def test_there_and_back(thing: Any) -> None:
    """Written as JSON text and read again, each is equal to what it was."""
    assert thing == type(thing).from_json(json.loads(json.dumps(thing.to_json(), ensure_ascii=False)))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lead": None}, "decision.lead"),
        ({"lead": ""}, "decision.lead"),
        ({"lead": 7}, "decision.lead"),
        ({"lead": "stranger"}, "decision.lead/co_handlers"),
        ({"co_handlers": "estate-a"}, "decision.co_handlers"),
        ({"co_handlers": [["estate-a"]]}, "decision.co_handlers"),
        ({"co_handlers": ["water"]}, "decision.co_handlers"),
        ({"co_handlers": ["stranger"]}, "decision.lead/co_handlers"),
        ({"co_handlers": []}, "decision.whistle_class"),
        ({"whistle_class": None}, "decision.whistle_class"),
        ({"whistle_class": "loud"}, "decision.whistle_class"),
        ({"whistle_class": ["daily"]}, "decision.whistle_class"),
        ({"handle_hours": 0}, "decision.handle_hours"),
        ({"handle_hours": -1}, "decision.handle_hours"),
        ({"handle_hours": True}, "decision.handle_hours"),
        ({"handle_hours": "24"}, "decision.handle_hours"),
        ({"handle_hours": float("nan")}, "decision.handle_hours"),
        ({"handle_hours": float("inf")}, "decision.handle_hours"),
        ({"handle_hours": 10**400}, "decision.handle_hours"),
        ({"reasons": []}, "decision.reasons"),
        ({"reasons": "because"}, "decision.reasons"),
        ({"reasons": [None]}, "reason.*"),
        ({"reasons": [{"rule": "x", "evidence": "y", "confidence": 2}]}, "reason.confidence"),
        ({"reasons": [{"rule": "x", "evidence": "y" * 3000, "confidence": 1}]}, "reason.evidence"),
        ({"classification": None}, "classification.*"),
        (
            {"classification": {"handling_class": "x", "category": "y", "level": "daily"}},
            "classification.handling_class",
        ),
        ({"classification": {"handling_class": "immediate", "level": "daily"}}, "classification.category"),
    ],
)
def test_nonsense_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    """One wrong value in a decision: the error names the field, in both languages, in one short line."""
    with pytest.raises(PluginFailed) as caught:
        Decision.from_json({**DECISION.to_json(), **change}, known={"water", "estate-a"})
    assert field == caught.value.detail["field"]
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [1, 2]])
def test_no_decision_at_all(value: object) -> None:
    """Anything but an object with the fields is refused."""
    with pytest.raises(PluginFailed):
        Decision.from_json(value)


def test_stored_decision_may_name_parties_of_old() -> None:
    """Without a list of parties a decision is read as it was stored."""
    old = dataclasses.replace(DECISION, lead="dissolved-bureau")
    assert old == Decision.from_json(old.to_json())


def test_times_need_an_offset() -> None:
    """A time without its offset could mean any hour and is refused."""
    with pytest.raises(PluginFailed):
        Case.from_json({**a_case("qi").to_json(), "filed_at": "2026-11-24T01:30:00"})


def test_above_ends_in_a_circle() -> None:
    """A grid tree that somebody broke does not hang a plugin."""
    broken = (
        GridNode(code="a", parent="b", kind="grid", name="甲"),
        GridNode(code="b", parent="a", kind="grid", name="乙"),
    )
    assert ("a", "b") == dataclasses.replace(FACTS, grid=broken).above("a")
    assert () == FACTS.above("nowhere")
    assert () == FACTS.above(None)


def test_no_contact_data_in_the_contract() -> None:
    """A plugin has no field in which a name, phone or address of a resident could come."""
    fields = {field.name for field in dataclasses.fields(Case)}
    assert set() == fields & {"name", "phone", "contact", "reporter", "resident", "address", "user", "openid"}
