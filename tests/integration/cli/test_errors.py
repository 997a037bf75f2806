"""How a command tells what was wrong with what was typed."""

from __future__ import annotations

import pytest

from whistle import cli
from whistle.errors import Invalid


def test_wrong_arguments_are_named_in_the_one_line(monkeypatch, capsys):
    """Which argument, and why; misuse exits with 2."""

    def refuse(**_) -> None:
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


@pytest.mark.parametrize(
    ("typed", "line", "where"),
    [
        (
            ["token", "create", "--rolle", "admin"],
            "没有选项 --rolle / No such option: --rolle",
            "whistle token create",
        ),
        (
            ["points", "balance", "pm-001"],
            "缺少参数 --district / Missing option '--district'",
            "whistle points balance",
        ),
        (
            ["blow", "evaluate", "w", "p", "often"],
            "参数 score 的值不对 / Invalid value for 'score'",
            "whistle blow evaluate",
        ),
        (["nonsense"], "命令用法不对 / No such command 'nonsense'", "whistle"),
    ],
)
def test_misuse_is_told_in_chinese_first(monkeypatch, capsys, typed, line, where):
    """What is wrong, in both languages, and which command tells how it is meant; it exits with 2."""
    monkeypatch.delenv("WHISTLE_DISTRICT", raising=False)
    monkeypatch.setattr("sys.argv", ["whistle", *typed])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert 2 == ended.value.code
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(line)
    assert f"用法见 / see: {where} --help" == second
