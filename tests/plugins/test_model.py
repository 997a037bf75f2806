"""
The learned classifier proposes where no rule decided, and never overrides one; running it needs no library.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.plugins.packs import NOW, TABLES, a_case, facts_of
from tests.plugins.test_tables import written
from whistle.contracts.plugin import Decision, Facts, History
from whistle.errors import Invalid, Misconfigured
from whistle.plugins import DistrictPlugin
from whistle.plugins.desk import Request
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.model import FORMAT, ngrams, read_model
from whistle.plugins.tables import Tables, examine_tables, read_tables
from whistle.plugins.tracing import decided_by
from whistle.plugins.training import train
from whistle_routing.cli import district

MODEL = {
    "format": FORMAT,
    "manifest": {"accuracy": 0.8},
    "categories": ["教育文体", "环境保护"],
    "intercepts": [0.0, 0.0],
    "terms": {"学校": [1.0, 4.0, -4.0], "污染": [1.0, -4.0, 4.0], "的": [1.0, 0.0, 0.1]},
}
TABLE = """
[model]
file = "model.json"
min_confidence = 0.9

[model.leads]
"教育文体" = "street"
"环境保护" = "kind:property"
"""


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """The tables of district qi with a model of three pieces of text."""
    (tmp_path / "whistle_qi").mkdir(exist_ok=True)
    (tmp_path / "whistle_qi" / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    return read_tables(written(tmp_path, TABLES.replace("{district}", "qi") + TABLE))


def routed(tables: Tables, title: str, *, returned_by: tuple[str, ...] = ()) -> Decision:
    """What the tables decide."""
    past = History(returned_by=returned_by)
    facts = Facts(now=NOW, district="qi", parties=tables.parties, grid=tables.grid, history=past)
    return DistrictPlugin(tables).route(a_case("qi", title, "请处理"), facts)


def test_it_proposes_where_no_rule_decides(tables: Tables) -> None:
    """Its category, its party, and what spoke for it; counted as decided by the model."""
    decision = routed(tables, "学校收费")
    assert ("street", "教育文体") == (decision.lead, decision.classification.category)
    (reason,) = decision.reasons
    assert ("model", "教育文体: 学校", True) == (reason.rule, reason.evidence, reason.confidence > 0.9)
    assert "model" == decided_by("plugin", decision)


def test_it_never_overrides_a_rule(tables: Tables) -> None:
    """However sure it is."""
    decision = routed(tables, "学校停水")
    assert ("water", "water") == (decision.lead, decision.reasons[0].rule)
    assert not any(reason.rule == "model" for reason in decision.reasons)


def test_where_it_is_not_sure_the_duty_desk_decides(tables: Tables) -> None:
    """The proposal stands among the reasons, for whoever sits there."""
    decision = routed(tables, "学校的污染")
    assert ("desk", ["duty-desk", "model"]) == (decision.lead, [one.rule for one in decision.reasons])
    assert "duty-desk" == decided_by("plugin", decision)


def test_who_returned_a_case_is_not_proposed_again(tables: Tables) -> None:
    """The duty desk takes it."""
    assert "desk" == routed(tables, "学校收费", returned_by=("street",)).lead


def test_nothing_known_nothing_proposed(tables: Tables) -> None:
    """A text without a known piece goes to the duty desk without a proposal."""
    assert ["duty-desk"] == [one.rule for one in routed(tables, "你好").reasons]


def test_it_runs_in_the_plugins_own_process(hosted: Callable[..., PluginHost], tmp_path: Path) -> None:
    """With nothing but the file, within the sandbox."""
    folder = tmp_path / "whistle_qi"
    host = hosted("qi", tables=TABLES)
    (folder / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    (folder / "district.toml").write_text(TABLES.replace("{district}", "qi") + TABLE, encoding="utf-8")
    (outcome,) = host.decide([Request(case=a_case("qi", "学校收费", "请处理"), facts=facts_of(host.pack))])
    assert outcome.decision is not None, outcome.failure
    assert "street" == outcome.decision.lead


@pytest.mark.parametrize(
    ("old", "new", "rule", "culprit"),
    [
        ('"model.json"', '"gone.json"', "[model] file", "gone.json"),
        ("min_confidence = 0.9", "min_confidence = 2", "[model] min_confidence", "2"),
        ('"教育文体" = "street"', '"教育" = "street"', "[model.leads]", "教育"),
        ('"教育文体" = "street"', '"教育文体" = "streat"', "[model.leads] 教育文体", "streat"),
        ("min_confidence", "confidence", "[model]", "confidence"),
    ],
)
def test_mistakes_are_named(
    tables: Tables, tmp_path: Path, old: str, new: str, rule: str, culprit: str
) -> None:
    """Table, field and culprit."""
    text = (TABLES.replace("{district}", "qi") + TABLE).replace(old, new, 1)
    _, problems = examine_tables(written(tmp_path, text))
    assert [(rule, True)] == [(problem.rule, culprit in problem.culprit) for problem in problems]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format": "other"}', json.dumps({**MODEL, "intercepts": [0.0]})]
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: str) -> None:
    """Anything but a whole model."""
    file = tmp_path / "model.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        read_model(file)


def test_pieces_of_text() -> None:
    """One and two characters; several white spaces are one."""
    assert ["a", " ", "b", "a ", " b"] == ngrams("a \n b")


def labelled(tmp_path: Path, rows: list[tuple[str, str, str]]) -> Path:
    """A file of labelled cases."""
    file = tmp_path / "labelled.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([("title", "text", "category"), *rows])
    return file


def test_bad_data_is_named(tmp_path: Path) -> None:
    """A row without a category, a category with too few rows, a missing column."""
    good = [("学校", "收费", "教育文体")] * 6
    for rows, said in (
        ([*good, ("x", "y", "")], "row 8"),
        ([*good, ("x", "y", "环境保护")], "环境保护 (1)"),
        (good, "two categories"),
        ([], "no column title"),
    ):
        with pytest.raises(Invalid, match=r".") as caught:
            train(labelled(tmp_path, rows), tmp_path / "model.json", now=NOW)
        assert said in str(caught.value)


def test_training_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where scikit-learn is not installed: one line that says what to install, and no file."""
    monkeypatch.setitem(sys.modules, "sklearn", None)
    rows = [(f"{n}", "x", category) for n in range(5) for category in ("教育文体", "环境保护")]
    with pytest.raises(Misconfigured, match="text"):
        train(labelled(tmp_path, rows), tmp_path / "model.json", now=NOW)
    assert not (tmp_path / "model.json").exists()


@pytest.mark.parametrize("more", [False, True])
def test_training_measures_itself(tmp_path: Path, more: bool) -> None:
    """A model that knows its lesson, of two categories as well as of three."""
    schools = [(f"学校收费{n}", "老师补课", "教育文体") for n in range(10)]
    smoke = [(f"工厂污染{n}", "废气刺鼻", "环境保护") for n in range(10)]
    roads = [(f"道路破损{n}", "坑洼不平", "交通运输") for n in range(10)] if more else []
    file, out = labelled(tmp_path, [*schools, *smoke, *roads]), tmp_path / "model.json"
    manifest = train(file, out, now=NOW)
    assert (20 + len(roads), 1.0, 1.0) == (manifest["rows"], manifest["accuracy"], manifest["macro_f1"])
    model = read_model(out)
    proposal = model.propose("学校补课", "老师收费")
    assert proposal is not None
    assert "教育文体" == proposal.category
    assert manifest == dict(model.manifest)
    if not more:  # half of the one row that scikit-learn keeps makes its own probabilities
        assert 0.5 < proposal.confidence < 1


def test_the_command_trains(tmp_path: Path) -> None:
    """``whistle district train`` writes the model and tells its figures."""
    rows = [(f"{word}{n}", word, word) for n in range(6) for word in ("路灯", "停水")]
    out = tmp_path / "model.json"
    words = ["train", "--data", str(labelled(tmp_path, rows)), "--out", str(out), "--json"]
    done = CliRunner().invoke(district, words)
    assert 0 == done.exit_code, done.output
    assert json.loads(done.stdout) == dict(read_model(out).manifest)
