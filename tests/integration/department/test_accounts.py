"""
A party's account on a real broker: what it may do, what it may not, and how it is made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker

from tests.integration.department.city import DISTRICT, PARTY, City, Listening, department
from whistle import topology
from whistle.errors import DependencyDown, Invalid, Misconfigured, Refused
from whistle.testing.servers import LocalRabbit, free_port
from whistle.topology.accounts import add_party_account, party_permissions, remove_party_account
from whistle.topology.broker_admin import ManagementApi, Rabbitmqctl, broker_admin

Channel = Any


@pytest.fixture(params=["management", "rabbitmqctl"], scope="module")
def connection(request: pytest.FixtureRequest, broker: LocalRabbit) -> Iterator[pika.BlockingConnection]:
    """A connection of the party, whose account was made in one of the two ways; nothing it may do changes anything."""
    vhost = f"permissions-{request.param}"
    city = City(broker.add_vhost(vhost), broker.management_url)
    admin = (
        ManagementApi(broker.management_url) if request.param == "management" else Rabbitmqctl(_ctl(broker))
    )
    add_party_account("qingfeng", "property", bus_url=city.url, admin=admin)
    account = add_party_account("qingfeng", PARTY, bus_url=city.url, rotate=True, admin=admin)
    with pika.BlockingConnection(pika.URLParameters(account.url)) as opened:
        yield opened
    broker.delete_vhost(vhost)


@pytest.fixture
def party(connection: pika.BlockingConnection) -> Channel:
    """A channel of the party with confirms; the broker closes it when it refuses something."""
    channel = connection.channel()
    channel.confirm_delivery()
    return channel


def _ctl(broker: LocalRabbit) -> str:
    """A ``rabbitmqctl`` that speaks to the test's own broker: the real one with that broker's environment."""
    script = broker.folder / "rabbitmqctl-of-this-broker"
    settings = " ".join(f"{name}='{value}'" for name, value in broker._env.items())
    script.write_text(f'#!/bin/sh\nexec env {settings} {broker._bin}/rabbitmqctl "$@"\n')
    script.chmod(0o755)
    return str(script)


def publish(exchange: str, key: str, *, user: str | None = None) -> Callable[[Channel], object]:
    properties = pika.BasicProperties(user_id=user)
    return lambda channel: channel.basic_publish(exchange, key, b"{}", properties, mandatory=True)


OWN, OTHER = "party.qingfeng.power-bureau", "party.qingfeng.property"

ALLOWED: dict[str, Callable[[Channel], object]] = {
    "consume its queue": lambda channel: channel.basic_consume(OWN, lambda *_: None),
    "get from its queue": lambda channel: channel.basic_get(OWN),
    "look at its queue": lambda channel: channel.queue_declare(OWN, passive=True),
    "act": publish(topology.ACTIONS, "qingfeng.power-bureau.sign"),
    "act under its name": publish(
        topology.ACTIONS, "qingfeng.power-bureau.report", user="qingfeng.power-bureau"
    ),
}

REFUSED: dict[str, tuple[int, Callable[[Channel], object]]] = {
    "act as another": (403, publish(topology.ACTIONS, "qingfeng.property.sign")),
    "act in another district": (403, publish(topology.ACTIONS, "gaochang.power-bureau.sign")),
    "act below another's key": (403, publish(topology.ACTIONS, "qingfeng.power-bureau-2.sign")),
    "publish a key of more words": (403, publish(topology.ACTIONS, "qingfeng.power-bureau.sign.x")),
    "publish a key of fewer words": (403, publish(topology.ACTIONS, "qingfeng.power-bureau")),
    "forge its name": (
        406,
        publish(topology.ACTIONS, "qingfeng.power-bureau.sign", user="qingfeng.property"),
    ),
    "forge a service": (406, publish(topology.ACTIONS, "qingfeng.power-bureau.sign", user="whistle")),
    "publish an event": (403, publish(topology.EVENTS, "case.filed.mawei")),
    "publish a dispatch": (403, publish(topology.DISPATCH, "qingfeng.property.dispatch.sent")),
    "publish as unroutable": (403, publish(topology.UNROUTABLE, "")),
    "publish straight into a queue": (403, publish("", OTHER)),
    "publish into its own queue": (403, publish("", OWN)),
    "publish into routing's queue": (403, publish("", topology.ACTIONS_QUEUE)),
    "consume another's queue": (403, lambda channel: channel.basic_consume(OTHER, lambda *_: None)),
    "get from another's queue": (403, lambda channel: channel.basic_get(OTHER)),
    "consume a service's queue": (
        403,
        lambda channel: channel.basic_consume(topology.ACTIONS_QUEUE, lambda *_: None),
    ),
    "consume the unroutable": (
        403,
        lambda channel: channel.basic_consume(topology.UNROUTABLE, lambda *_: None),
    ),
    "consume its dead letters": (403, lambda channel: channel.basic_consume(f"{OWN}.dead", lambda *_: None)),
    "purge another's queue": (403, lambda channel: channel.queue_purge(OTHER)),
    "declare a queue": (403, lambda channel: channel.queue_declare("mine", durable=True)),
    "declare a queue with a name of the broker's": (
        403,
        lambda channel: channel.queue_declare("", exclusive=True),
    ),
    "declare its queue again": (403, lambda channel: channel.queue_declare(OWN, durable=True)),
    "delete its queue": (403, lambda channel: channel.queue_delete(OWN)),
    "declare an exchange": (403, lambda channel: channel.exchange_declare("mine", "topic")),
    "delete an exchange": (403, lambda channel: channel.exchange_delete(topology.ACTIONS)),
    "bind its queue to everything": (403, lambda channel: channel.queue_bind(OWN, topology.DISPATCH, "#")),
    "bind its queue to events": (403, lambda channel: channel.queue_bind(OWN, topology.EVENTS, "#")),
    "unbind another's queue": (
        403,
        lambda channel: channel.queue_unbind(OTHER, topology.DISPATCH, "qingfeng.property.*.*"),
    ),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_a_party_may(party: Channel, what: str) -> None:
    """Read its own queue, and speak for itself."""
    ALLOWED[what](party)

    assert party.is_open


@pytest.mark.parametrize("what", REFUSED)
def test_a_party_may_not(party: Channel, what: str) -> None:
    """Anything else: the broker itself refuses it."""
    code, attempt = REFUSED[what]
    with pytest.raises(ChannelClosedByBroker) as caught:
        attempt(party)

    assert code == caught.value.reply_code


def test_adding_twice_keeps_the_password_and_repairs_the_permissions(city: City, broker: LocalRabbit) -> None:
    """Running it again is safe, and tells that it did not make a new password."""
    before = city.account
    broker.ctl("set_permissions", "-p", city.url.rpartition("/")[2], before.user, ".*", ".*", ".*")
    after = city.add_party(rotate=False)

    assert after.password is None
    assert (before.user, before.queue) == (after.user, after.queue)
    assert f"amqp://{before.user}@127.0.0.1:{broker.port}" == after.url.rpartition("/")[0]
    with (
        pika.BlockingConnection(pika.URLParameters(before.url)) as connection,
        pytest.raises(ChannelClosedByBroker),
    ):
        connection.channel().queue_declare("mine")


def test_rotating_gives_a_new_password_and_ends_the_old_one(city: City) -> None:
    """What was handed over before no longer works."""
    before = city.account
    after = city.add_party(rotate=True)

    assert before.password != after.password
    pika.BlockingConnection(pika.URLParameters(after.url)).close()
    with pytest.raises(AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(before.url))


def test_removing_keeps_the_queue_and_what_is_in_it(city: City, tmp_path: Path) -> None:
    """A party that comes back finds its messages; removing twice is no error."""
    event = city.send()
    for _ in range(2):
        remove_party_account(DISTRICT, PARTY, bus_url=city.url, api_url=city.management_url)
    with pytest.raises(AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(city.account.url))
    city.account = city.add_party(rotate=False)

    assert city.account.password is not None
    with Listening(department(city, tmp_path)) as listening:
        assert event.id == listening.next().id


def test_what_is_handed_over_can_be_reached_from_outside(city: City) -> None:
    """The platform's own address is not what a department uses."""
    account = city.add_party(public_url="amqps://bus.mawei.example:5671/city")

    assert f"amqps://mawei.power-bureau:{account.password}@bus.mawei.example:5671/city" == account.url
    assert "party.mawei.power-bureau" == account.queue


def test_the_embedded_bus_says_that_it_has_no_accounts() -> None:
    """memory:// is refused with what to do instead."""
    with pytest.raises(Refused, match="memory://"):
        add_party_account(DISTRICT, PARTY, bus_url="memory://")
    with pytest.raises(Refused, match="memory://"):
        remove_party_account(DISTRICT, PARTY, bus_url="memory://")


@pytest.mark.parametrize("name", ["", "a.b", "#", "*", "A", "a b", "供电所", "-a", "a" * 81, "a\n"])
def test_a_name_that_cannot_be_part_of_a_key_is_refused(name: str) -> None:
    """A dot, a star or a hash in a name would be another party's key."""
    with pytest.raises(Invalid):
        add_party_account(DISTRICT, name, bus_url="amqp://h")
    with pytest.raises(Invalid):
        add_party_account(name, PARTY, bus_url="amqp://h")


def test_permissions_are_anchored_and_literal() -> None:
    """A dot in a pattern is a dot."""
    permissions = party_permissions("mawei", "power-bureau")

    assert ("^$", r"^whistle\.actions$", r"^party\.mawei\.power-bureau$") == (
        permissions.configure,
        permissions.write,
        permissions.read,
    )
    assert {
        topology.EVENTS: ("^$", "^$"),
        topology.DISPATCH: ("^$", "^$"),
        topology.ACTIONS: (r"^mawei\.power-bureau\.[a-z_]+$", "^$"),
    } == permissions.topics


@pytest.mark.parametrize(
    ("bus", "api", "error", "told"),
    [
        ("nobody:x@127.0.0.1:{port}", "{api}", Misconfigured, "refuses the platform's user"),
        ("whistle:whistle@127.0.0.1:{free}", "{api}", DependencyDown, "cannot reach the broker"),
        (
            "whistle:whistle@127.0.0.1:{port}",
            "http://whistle:x@127.0.0.1:{management}",
            Misconfigured,
            "WHISTLE_BROKER_API",
        ),
        (
            "whistle:whistle@127.0.0.1:{port}",
            "http://whistle:whistle@127.0.0.1:{free}",
            DependencyDown,
            "management API",
        ),
        ("whistle:whistle@127.0.0.1:{port}", "ftp://x", Misconfigured, "WHISTLE_BROKER_API"),
    ],
)
def test_what_stops_provisioning_is_told_in_one_line(
    broker: LocalRabbit, bus: str, api: str, error: type[Exception], told: str
) -> None:
    """Bus and management API each say what is wrong with them, without passwords."""
    known = {
        "port": broker.port,
        "api": broker.management_url,
        "management": broker.management_port,
        "free": free_port(),
    }
    with pytest.raises(error, match=told) as caught:
        add_party_account(
            DISTRICT, PARTY, bus_url=f"amqp://{bus.format(**known)}/", api_url=api.format(**known)
        )

    assert 1 == len(str(caught.value).splitlines())
    assert "whistle:" not in str(caught.value)


def test_without_a_way_to_the_broker_both_ways_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No management API and no rabbitmqctl: the message names the two."""
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(Misconfigured, match="WHISTLE_BROKER_API") as caught:
        broker_admin()

    assert "rabbitmqctl" in str(caught.value)


def test_a_rabbitmqctl_that_reaches_no_node_says_so(
    broker: LocalRabbit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of the node is the usual mistake."""
    script = Path(_ctl(broker))
    script.write_text(script.read_text().replace(broker.node, "nobody@localhost"))

    with pytest.raises(Misconfigured, match="RABBITMQ_NODENAME"):
        Rabbitmqctl(str(script)).has_user("x")
