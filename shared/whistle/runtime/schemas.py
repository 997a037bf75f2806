"""
``/schemas/<name>``: the JSON Schemas that every message's ``dataschema`` names, served by every process.
"""

from __future__ import annotations

from collections.abc import Iterator

from whistle.contracts.export import all_schemas
from whistle.errors import NotFound
from whistle.http.routes import Call, Request, Response, RouteSpec


def schema_routes() -> Iterator[tuple[RouteSpec, Call]]:
    """The one route, with the schemas made once."""
    schemas = all_schemas()

    def show_schema(request: Request) -> Response:
        found = schemas.get(request.path["name"])
        if found is None:
            raise NotFound("没有这个消息契约", "there is no such schema")
        return Response(
            found, content_type="application/schema+json", headers={"Cache-Control": "max-age=3600"}
        )

    spec = RouteSpec(
        method="GET",
        path="/schemas/<name>",
        summary_zh="消息契约(JSON Schema)",
        summary_en="a message's JSON Schema",
    )
    yield spec.bound_to(service="http", name="show_schema"), show_schema
