"""
QR codes as pictures.
"""

from __future__ import annotations

import io

import segno

PNG = "image/png"
SVG = "image/svg+xml"
SCALE = 8
"""Pixels of one module."""


def inline_svg(text: str, *, title: str) -> str:
    """An ``<svg>`` for a page, as wide as there is room; ``title`` is what a screen reader says."""
    return segno.make(text, micro=False).svg_inline(
        scale=SCALE, omitsize=True, svgclass="qr", lineclass=None, title=title
    )


def picture(text: str, kind: str) -> bytes:
    """The picture as ``svg`` or ``png``."""
    out = io.BytesIO()
    segno.make(text, micro=False).save(out, kind=kind, scale=SCALE, light="white")
    return out.getvalue()
