"""
What routing answers over HTTP, by subject; the rest stands in :mod:`whistle_routing.service`.
"""

from whistle_routing.routes.returns import ReturnRoutes

__all__ = ["ReturnRoutes"]
