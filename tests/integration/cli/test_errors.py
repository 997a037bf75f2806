"""How a command tells what was wrong with what was typed."""

from __future__ import annotations

import pytest

from whistle import cli
from whistle.errors import Invalid


def test_wrong_arguments_are_named_in_the_one_line(monkeypatch, capsys):
    """Which argument, and why; misuse exits with 2."""

    def refuse() -> None:
        raise Invalid(
            "单位有误",
            "these parties cannot be called",
            fields={"with": ["water 重复 / water is named twice"], "lead": ["没有 x / no x"]},
        )

    monkeypatch.setattr(cli, "app", refuse)
    monkeypatch.setattr("sys.argv", ["whistle", "blow"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert 2 == ended.value.code
    line = "单位有误 / these parties cannot be called; with: water 重复 / water is named twice; lead: 没有 x / no x\n"
    assert line == capsys.readouterr().err
