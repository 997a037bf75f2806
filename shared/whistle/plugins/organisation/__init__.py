"""
Organisations in files: CSV, XLSX and GeoJSON of a pack, read into the records of :mod:`whistle.contracts.organisation`.
"""

from whistle.plugins.organisation.catalogue import Catalogue, built_in
from whistle.plugins.organisation.columns import SECTIONS, SHAPES, Column, Section
from whistle.plugins.organisation.reading import Files, Loaded, read_nodes, read_organisation
from whistle.plugins.organisation.sheets import Origin

__all__ = [
    "SECTIONS",
    "SHAPES",
    "Catalogue",
    "Column",
    "Files",
    "Loaded",
    "Origin",
    "Section",
    "built_in",
    "read_nodes",
    "read_organisation",
]
