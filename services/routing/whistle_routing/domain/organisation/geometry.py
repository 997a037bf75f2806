"""
Outlines: GeoJSON geometries (Polygon, MultiPolygon; RFC 7946) in degrees of longitude and latitude.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def polygons(shape: Mapping[str, Any]) -> list[Sequence[Sequence[Sequence[float]]]]:
    """The polygons of a geometry: each an outer ring and its holes."""
    found = shape["coordinates"]
    return [found] if shape["type"] == "Polygon" else list(found)


def bounding_box(shape: Mapping[str, Any]) -> Box:
    """West, south, east, north."""
    points = [point for polygon in polygons(shape) for point in polygon[0]]
    lon, lat = [point[0] for point in points], [point[1] for point in points]
    return min(lon), min(lat), max(lon), max(lat)


def centre(shape: Mapping[str, Any]) -> Point:
    """The centroid of the area; of an outline without area the middle of its box."""
    area = east = north = 0.0
    for polygon in polygons(shape):
        for x, y, part in _wedges(polygon[0]):
            area, east, north = area + part, east + x * part, north + y * part
    if abs(area) < 1e-18:
        west, south, far_east, far_north = bounding_box(shape)
        return (west + far_east) / 2, (south + far_north) / 2
    return east / area, north / area


def _wedges(ring: Sequence[Sequence[float]]) -> Iterator[tuple[float, float, float]]:
    """Centroid and signed area of the triangles that the edges form with the first point (shoelace)."""
    x0, y0 = ring[0][:2]
    for (x1, y1, *_), (x2, y2, *_) in itertools.pairwise(ring):
        part = ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2
        yield (x0 + x1 + x2) / 3, (y0 + y1 + y2) / 3, part


def contains(shape: Mapping[str, Any], point: Point) -> bool:
    """Is the point within an outer ring and in none of its holes?"""
    return any(
        _in_ring(polygon[0], point) and not any(_in_ring(hole, point) for hole in polygon[1:])
        for polygon in polygons(shape)
    )


def _in_ring(ring: Sequence[Sequence[float]], point: Point) -> bool:
    """How often a ray to the east crosses the ring: odd is inside."""
    lon, lat = point
    inside = False
    for (x1, y1, *_), (x2, y2, *_) in itertools.pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside
