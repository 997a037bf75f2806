"""
``whistle district train``: learn from labelled cases what to propose where no rule decides.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whistle.clock import SystemClock
from whistle.plugins.training import train
from whistle_routing.cli.district import district
from whistle_routing.cli.opening import AsJson, print_json


@district.command("train")
def train_model(
    data: Annotated[Path, typer.Option("--data", help="CSV: title, text, category / labelled cases")],
    out: Annotated[
        Path, typer.Option("--out", help="模型文件 / where the model is written, e.g. model.json")
    ],
    as_json: AsJson = False,
) -> None:
    """由已分类的诉求训练只提建议的模型,并给出交叉验证结果 / train the model that proposes; tells how well it does."""
    manifest = train(data, out, now=SystemClock().now())
    if as_json:
        print_json(manifest)
        return
    print(f"已写 / written: {out} ({manifest['rows']} 行 / rows, {manifest['features']} 特征 / features)")
    print(
        f"{manifest['folds']} 折交叉验证 / cross-validation: 准确率 / accuracy {manifest['accuracy']:.1%}, "
        f"macro-F1 {manifest['macro_f1']:.3f}"
    )
