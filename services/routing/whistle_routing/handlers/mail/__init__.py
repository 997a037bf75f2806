"""
What parties are sent: deliver webhooks, change the way, send again, show how far each is.
"""

from whistle_routing.handlers.mail.changing import (
    Handed,
    Wish,
    end_way,
    give_token,
    pledge,
    rotate,
    set_way,
    take_token,
)
from whistle_routing.handlers.mail.delivering import deliver_to, deliver_webhooks
from whistle_routing.handlers.mail.replaying import Replayed, replay, replay_all
from whistle_routing.handlers.mail.standing import standings

__all__ = [
    "Handed",
    "Replayed",
    "Wish",
    "deliver_to",
    "deliver_webhooks",
    "end_way",
    "give_token",
    "pledge",
    "replay",
    "replay_all",
    "rotate",
    "set_way",
    "standings",
    "take_token",
]
