"""The texts of routing's pages."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po


def test_the_english_catalogue_has_every_text_and_no_other():
    """A text that is added without its English is seen here, and one whose English names other values."""
    package = resources.files("whistle_routing")
    options = {"newstyle_gettext": "true", "extensions": "jinja2.ext.i18n"}
    found = extract_from_dir(
        str(package),
        method_map=[("templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"templates/**.html": options},
    )
    with Path(str(package.joinpath("translations/en/LC_MESSAGES/routing.po"))).open("rb") as file:
        catalogue = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    holes = re.compile(r"%\(\w+\)s")

    assert {one[2] for one in found} == set(catalogue)
    assert [] == [
        text
        for text, english in catalogue.items()
        if not english or sorted(holes.findall(text)) != sorted(holes.findall(english))
    ]
