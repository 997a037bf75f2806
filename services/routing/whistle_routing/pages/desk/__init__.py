"""
The desk (诉求工作台): where those who act see their work and do it, on the platform's pages.

A page decides nothing: it shows what the tables of the domain allow, and hands what a form says to the functions that answer the
JSON interface, so that there is one way of deciding who may and what follows.
"""

from whistle_routing.pages.desk.dispatch import show_dispatch, take_dispatch
from whistle_routing.pages.desk.front import show_desk
from whistle_routing.pages.desk.plea import show_plea, take_plea
from whistle_routing.pages.desk.precedent import show_precedent, take_precedent
from whistle_routing.pages.desk.whistle import show_whistle, take_whistle

__all__ = [
    "show_desk",
    "show_dispatch",
    "show_plea",
    "show_precedent",
    "show_whistle",
    "take_dispatch",
    "take_plea",
    "take_precedent",
    "take_whistle",
]
