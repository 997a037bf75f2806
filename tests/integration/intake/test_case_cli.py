"""Cases on the command line: people's words and China's time, and nobody's name."""

from __future__ import annotations


def test_a_case_is_told_in_words_and_without_who_asked(installed):
    """Title, text and timeline; codes and names stay inside."""
    text = "陈阿姨说三号楼路灯不亮,电话13812345678"
    filed = installed.json(
        "case", "file", text, "--district", "mawei", "--name", "陈阿姨", "--phone", "13812345678"
    )
    shown, listed = (installed.cli("case", *more).stdout for more in (("show", filed["no"]), ("list",)))
    assert "诉求已受理，来自社区电话。  命令行" in shown
    assert "陈**说三号楼路灯不亮,电话138****5678" in shown
    assert ("已受理" in listed, "陈**" in listed) == (True, True)
    for words in (shown, listed):
        assert not [code for code in ("case.filed", "陈阿姨", "13812345678") if code in words]
