"""
Queries of the desk's pages. What its forms say is loaded by the schemas of the JSON interface.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

SHOWN = ("open", "late", "waiting", "all", "pleas", "whistles", "over", "supervisions", "precedents")
"""
Open dispatches, those that are late, those about which something waits; all that a party ever had, or all within the scope of
staff; then what else there is.
"""


class DeskPageQuery(Schema):
    """
    What of the desk is shown: ``show``; all of one ``case``; of a ``district``. ``after`` is the key behind which the page begins.
    """

    show = fields.String(load_default="open", validate=validate.OneOf(SHOWN))
    case = fields.String(load_default="", validate=validate.Length(max=40))
    district = fields.String(load_default="", validate=validate.Length(max=40))
    after = fields.String(load_default="", validate=validate.Length(max=120))
    elder = fields.String()


class DeskThingQuery(Schema):
    """A page of one thing; ``done`` is what was just done with it."""

    done = fields.String(load_default="", validate=validate.Length(max=20))
    elder = fields.String()
