"""
Broker accounts of parties: a user that may read its own queue, send its own actions, and nothing else
(design §4, §9).

The user's name is the party's identity: the broker checks it on every message (AMQP ``user_id``), the topic
permission binds it to the keys of its own actions. What remains allowed on RabbitMQ and cannot be taken
away: asking for the depth of any queue whose name is known, and purging one's own queue, which the dispatch
log can fill again.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from whistle import topology
from whistle.errors import DependencyDown, Invalid, Misconfigured, Refused
from whistle.topology.broker_admin import BrokerAdmin, Permissions, broker_admin

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_NOTHING = "^$"


@dataclass(frozen=True, kw_only=True)
class PartyAccount:
    """
    What to hand over to a party. ``password`` is None if an account was there and its password was kept;
    ``url`` then has none either.
    """

    district: str
    party: str
    user: str
    queue: str
    url: str
    password: str | None


def add_party_account(
    district: str,
    party: str,
    *,
    bus_url: str,
    api_url: str = "",
    public_url: str = "",
    rotate: bool = False,
    admin: BrokerAdmin | None = None,
) -> PartyAccount:
    """
    Declare the party's queue and make its user; running it again repairs permissions and keeps the password.

    Args:
        bus_url: the platform's own URL, whose user may configure. api_url: the management API with an
            administrator's login; empty means ``rabbitmqctl``. public_url: the URL under which parties
            reach the broker, if it is another one; user and password are filled in. rotate: give the user a
            new password.

    Raises:
        Refused: the bus is ``memory://``, which has no accounts.
        Invalid: a name that cannot be part of a routing key.
        Misconfigured, DependencyDown: the broker cannot be reached or does not let us.
    """
    _check(district, party, bus_url)
    admin = admin or broker_admin(api_url)
    user, vhost = topology.party_user(district, party), _vhost(bus_url)
    password = None
    _declare(bus_url, topology.party_queue(district, party))
    if rotate or not admin.has_user(user):
        password = secrets.token_urlsafe(24)
        admin.set_password(user, password)
    admin.permit(user, vhost, party_permissions(district, party))
    return PartyAccount(
        district=district,
        party=party,
        user=user,
        queue=topology.party_queue_name(district, party),
        url=_handed_over(public_url or bus_url, user, password),
        password=password,
    )


def remove_party_account(
    district: str, party: str, *, bus_url: str, api_url: str = "", admin: BrokerAdmin | None = None
) -> None:
    """Remove the user; the queue stays with what is in it. Raises as :func:`add_party_account`."""
    _check(district, party, bus_url)
    (admin or broker_admin(api_url)).remove_user(topology.party_user(district, party))


def party_permissions(district: str, party: str) -> Permissions:
    """What a party may do on the broker."""
    own = re.escape(f"{district}.{party}").replace(r"\-", "-")
    topics = dict.fromkeys(topology.TOPIC_EXCHANGES, (_NOTHING, _NOTHING))
    return Permissions(
        configure=_NOTHING,
        write=f"^{re.escape(topology.ACTIONS)}$",
        read=rf"^party\.{own}$",
        topics={**topics, topology.ACTIONS: (rf"^{own}\.[a-z_]+$", _NOTHING)},
    )


def _check(district: str, party: str, bus_url: str) -> None:
    if bus_url.startswith("memory:"):
        raise Refused(
            "内嵌总线(memory://)没有账号;部门用网页办理,或改用 RabbitMQ(WHISTLE_BUS_URL=amqp://…)",
            "the embedded bus (memory://) has no accounts: parties use the pages, or run RabbitMQ (WHISTLE_BUS_URL=amqp://…)",
        )
    for field, name in (("district", district), ("party", party)):
        if not _NAME.fullmatch(name):
            raise Invalid(
                f"{name!r} 不能用作名称:只能用小写字母、数字和连字符",
                f"{name!r} cannot be a name: lower-case letters, digits and hyphens only",
                fields={field: ["a-z 0-9 -"]},
            )


def _declare(bus_url: str, queue: topology.Queue) -> None:
    # Only operators have these packages; a department's install is without.
    from amqp.exceptions import AccessRefused, AMQPError, NotAllowed, PreconditionFailed
    from kombu.connection import Connection
    from kombu.exceptions import OperationalError

    from whistle.topology.declare import declare

    address = urlsplit(bus_url).netloc.rpartition("@")[2]
    try:
        with Connection(bus_url, connect_timeout=10) as connection:
            connection.connect()
            declare(connection, [queue])
    except (AccessRefused, NotAllowed):
        raise Misconfigured(
            f"消息总线 {address} 不接受平台的账号,或不许它声明队列",
            f"{address} refuses the platform's user, or does not let it declare queues",
        ) from None
    except PreconditionFailed as error:
        raise Misconfigured(
            f"队列 {queue.name} 已存在但参数不同",
            f"queue {queue.name} exists with other arguments: {error.reply_text}",
        ) from None
    except (AMQPError, OperationalError, OSError) as error:
        raise DependencyDown(
            f"连不上消息总线 {address}", f"cannot reach the broker at {address}: {type(error).__name__}"
        ) from None


def _vhost(bus_url: str) -> str:
    """``amqp://host`` and ``amqp://host//`` both mean ``/``."""
    path = urlsplit(bus_url).path[1:]
    return unquote(path) or "/"


def _handed_over(url: str, user: str, password: str | None) -> str:
    parts = urlsplit(url)
    login = quote(user, safe="") if password is None else f"{quote(user, safe='')}:{quote(password, safe='')}"
    vhost = quote(_vhost(url), safe="")
    return urlunsplit((parts.scheme, f"{login}@{parts.netloc.rpartition('@')[2]}", f"/{vhost}", "", ""))
