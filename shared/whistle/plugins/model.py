"""
A learned classifier that proposes where no rule decided: character n-grams, TF-IDF, one linear function per category.

Trained with scikit-learn (:mod:`whistle.plugins.training`), stored as JSON, asked in plain Python: a plugin's process needs
nothing but the file.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FORMAT = "whistle-text-model/1"
NGRAMS = (1, 2)
_SPACES = re.compile(r"\s\s+")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Proposal:
    """A category, how sure the model is (0 to 1), and the pieces of text that spoke for it."""

    category: str
    confidence: float
    evidence: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Model:
    """``terms`` has of each n-gram its IDF and its weight for each category; ``manifest`` says how it was trained and measured."""

    categories: tuple[str, ...]
    intercepts: tuple[float, ...]
    terms: Mapping[str, tuple[float, Sequence[float]]]
    manifest: Mapping[str, Any]

    def propose(self, title: str, text: str) -> Proposal | None:
        """The likeliest category, or None if the model knows nothing in the text."""
        counts = Counter(gram for gram in ngrams(prepared(title, text)) if gram in self.terms)
        weights = {gram: (1 + math.log(count)) * self.terms[gram][0] for gram, count in counts.items()}
        norm = math.sqrt(math.fsum(value * value for value in weights.values()))
        if not norm:
            return None
        scores = list(self.intercepts)
        for gram, value in sorted(weights.items()):  # in this order everywhere, so that the sum is the same
            for place, weight in enumerate(self.terms[gram][1]):
                scores[place] += value / norm * weight
        best = max(range(len(scores)), key=scores.__getitem__)
        total = math.fsum(math.exp(score - scores[best]) for score in scores)
        spoke = sorted(weights, key=lambda gram: (-weights[gram] * self.terms[gram][1][best], gram))
        return Proposal(
            category=self.categories[best],
            confidence=round(1 / total, 4),
            evidence=tuple(gram for gram in spoke if len(gram) > 1)[:5],
        )


def prepared(title: str, text: str) -> str:
    """What is counted: the title twice, because it says most, in lower case."""
    return f"{title}\n{title}\n{text}".lower()


def ngrams(text: str) -> list[str]:
    """All pieces of one and two characters; white spaces in a row count as one, as in scikit-learn's ``char`` analyzer."""
    plain = _SPACES.sub(" ", text)
    least, most = NGRAMS
    return [plain[at : at + size] for size in range(least, most + 1) for at in range(len(plain) - size + 1)]


def read_model(file: Path) -> Model:
    """
    Read a model.

    Raises:
        ValueError: it is no such file; says what is wrong.
    """
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']!r}, not {FORMAT!r}")
        categories = tuple(str(name) for name in raw["categories"])
        terms = {
            str(gram): (float(row[0]), [float(one) for one in row[1:]]) for gram, row in raw["terms"].items()
        }
        intercepts = tuple(float(one) for one in raw["intercepts"])
        manifest = dict(raw["manifest"])
    except (OSError, KeyError, TypeError, IndexError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
    if len(intercepts) != len(categories) or any(len(row[1]) != len(categories) for row in terms.values()):
        raise ValueError("weights and categories do not fit together")
    return Model(categories=categories, intercepts=intercepts, terms=terms, manifest=manifest)
