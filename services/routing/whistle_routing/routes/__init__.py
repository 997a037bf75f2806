"""
What routing answers over HTTP, by subject; the rest stands in :mod:`whistle_routing.service`.
"""

from whistle_routing.routes.consultations import ConsultationRoutes
from whistle_routing.routes.desk import DeskRoutes
from whistle_routing.routes.returns import ReturnRoutes
from whistle_routing.routes.sittings import SittingRoutes
from whistle_routing.routes.whistles import WhistleRoutes
from whistle_routing.routes.wishes import WishRoutes

__all__ = ["ConsultationRoutes", "DeskRoutes", "ReturnRoutes", "SittingRoutes", "WhistleRoutes", "WishRoutes"]
