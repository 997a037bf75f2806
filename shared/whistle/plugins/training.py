"""
Trains the model that proposes, with scikit-learn (extra ``text``); only this module needs it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import importlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from whistle.errors import Invalid, Misconfigured
from whistle.files import whole_file
from whistle.plugins.model import FORMAT, NGRAMS, prepared

FOLDS = 5
LEAST = FOLDS
"""Of each category at least so many rows are needed, so that each fold has one."""


def train(data: Path, out: Path, *, now: dt.datetime) -> dict[str, Any]:
    """
    Learn from labelled cases and write the model; returns its manifest with the figures of the cross-validation.

    Args:
        data: CSV (UTF-8) with columns title, text, category.
        out: where the model is written, as JSON.

    Raises:
        Misconfigured: scikit-learn is not installed. Invalid: what is wrong with the data, or the place of the model.
    """
    texts, labels = _read(data)
    sk = _Learning()
    pipeline = sk.pipeline()
    folds = sk.folds.StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    guessed = sk.folds.cross_val_predict(pipeline, texts, labels, cv=folds)
    pipeline.fit(texts, labels)
    vectors, linear = pipeline[0], pipeline[1]
    manifest = {
        "trained_at": now.isoformat(timespec="seconds"),
        "rows": len(texts),
        "data_sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
        "folds": FOLDS,
        "accuracy": round(float(sk.metrics.accuracy_score(labels, guessed)), 4),
        "macro_f1": round(float(sk.metrics.f1_score(labels, guessed, average="macro")), 4),
        "features": len(vectors.vocabulary_),
        "scikit_learn": sk.version,
    }
    weights, intercepts = _each_category(linear)
    terms = {
        gram: [round(float(vectors.idf_[at]), 5), *(round(row[at], 5) for row in weights)]
        for gram, at in sorted(vectors.vocabulary_.items())
    }
    model = {
        "format": FORMAT,
        "manifest": manifest,
        "categories": [str(name) for name in linear.classes_],
        "intercepts": [round(one, 5) for one in intercepts],
        "terms": terms,
    }
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    try:
        with whole_file(out, mode=0o644) as part:
            part.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Invalid(f"写不了 {out}:{error.strerror}", f"cannot write {out}: {error.strerror}") from None
    return manifest


def _each_category(linear: Any) -> tuple[list[list[float]], list[float]]:
    """
    Weights and intercept of every category. Of two categories scikit-learn keeps one row, for the second against the first: half
    of it for each makes the same probabilities by softmax.
    """
    weights = [[float(one) for one in row] for row in linear.coef_]
    intercepts = [float(one) for one in linear.intercept_]
    if len(weights) > 1:
        return weights, intercepts
    signs = (-0.5, 0.5)
    return [[sign * one for one in weights[0]] for sign in signs], [sign * intercepts[0] for sign in signs]


class _Learning:
    """The parts of scikit-learn, loaded when they are needed."""

    def __init__(self) -> None:
        try:
            self.version = str(importlib.import_module("sklearn").__version__)
            self.text: Any = importlib.import_module("sklearn.feature_extraction.text")
            self.linear: Any = importlib.import_module("sklearn.linear_model")
            self.folds: Any = importlib.import_module("sklearn.model_selection")
            self.metrics: Any = importlib.import_module("sklearn.metrics")
            self.whole: Any = importlib.import_module("sklearn.pipeline")
        except ModuleNotFoundError:
            raise Misconfigured(
                "训练需要 scikit-learn: pip install 'whistle[text]'",
                "training needs pip install 'whistle[text]'",
            ) from None

    def pipeline(self) -> Any:
        """Characters, TF-IDF, logistic regression; rare categories count as much as frequent ones."""
        vectors = self.text.TfidfVectorizer(analyzer="char", ngram_range=NGRAMS, min_df=2, sublinear_tf=True)
        linear = self.linear.LogisticRegression(C=10, max_iter=1000, class_weight="balanced")
        return self.whole.make_pipeline(vectors, linear)


def _read(data: Path) -> tuple[list[str], list[str]]:
    try:
        with data.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{data}: 无法读取({error})", f"{data}: cannot be read") from None
    for column in ("title", "text", "category"):
        if not rows or column not in rows[0]:
            raise Invalid(f"{data.name} 第 1 行: 缺少列 {column}", f"{data.name} row 1: no column {column}")
    labels = [(row["category"] or "").strip() for row in rows]
    for number, label in enumerate(labels, start=2):
        if not label:
            raise Invalid(
                f"{data.name} 第 {number} 行: 缺少 category", f"{data.name} row {number}: no category"
            )
    counts = Counter(labels)
    rare = [f"{name} ({count})" for name, count in counts.items() if count < LEAST]
    if rare or len(counts) < 2:
        named = ", ".join(rare) or "-"
        raise Invalid(
            f"至少两个类别,每类至少 {LEAST} 行: {named}",
            f"at least two categories with {LEAST} rows each are needed: {named}",
        )
    return [prepared(row["title"] or "", row["text"] or "") for row in rows], labels
