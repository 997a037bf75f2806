"""The frame that the pages of all services share."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from whistle.http.look import style_address
from whistle.http.problem_page import Told, problem_page


def test_the_english_catalogue_of_the_frame_has_every_text_and_no_other():
    """A text that is added without its English is seen here."""
    package = resources.files("whistle.http")
    options = {"newstyle_gettext": "true", "extensions": "jinja2.ext.i18n"}
    found = extract_from_dir(
        str(package),
        method_map=[("templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"templates/**.html": options},
    )
    with Path(str(package.joinpath("translations/en/LC_MESSAGES/http.po"))).open("rb") as file:
        catalogue = {entry.id: entry.string for entry in read_po(file) if entry.id}

    assert {one[2] for one in found} == set(catalogue)
    assert all(catalogue.values())


def test_a_problem_is_told_in_the_same_look_as_every_page():
    """One style sheet."""
    told = Told(title="t", text="x")

    assert style_address() in problem_page({"zh": told, "en": told}, "zh")
