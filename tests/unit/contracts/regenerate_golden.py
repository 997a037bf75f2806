"""
Writes the golden file of each message that has none yet: ``python -m tests.unit.contracts.regenerate_golden``.

An existing file is what others already rely on, so it is overwritten only when it is named: ``… case.filed.v1``. Do that for
additions (a new optional field); for anything that test_golden.py calls breaking, write a ``vN`` beside the old message.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from whistle.contracts import MESSAGES, Message
from whistle.contracts.export import example_body, json_schema

GOLDEN = Path(__file__).parent / "golden"


def golden_path(message: type[Message]) -> Path:
    return GOLDEN / f"{message.name}.v{message.wire_version}.json"


def main() -> None:
    for message in MESSAGES:
        path = golden_path(message)
        if not path.exists() or path.stem in sys.argv[1:]:
            content = {"body": example_body(message), "schema": json_schema(message)}
            path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            print(path.name)


if __name__ == "__main__":
    main()
