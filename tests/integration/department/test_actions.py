"""
What a department does, as the city sees it on the bus; and what it is told when it cannot.
"""

from __future__ import annotations

import dataclasses
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pika
import pytest

from tests.integration.department.city import DISTRICT, PARTY, QUICK, City, Listening, department
from whistle import topology
from whistle.contracts import Arrive, Event, Extend, FirstContact, Progress, Report, Return, Sign, Urge
from whistle.department import Department, Timing
from whistle.errors import DependencyDown, Invalid, Misconfigured
from whistle.testing.servers import free_port
from whistle.topology.broker_admin import ManagementApi, Permissions


def test_each_action_arrives_as_the_contract_says(city: City, tmp_path: Path) -> None:
    """Key, envelope and AMQP properties are those a service relies on; the broker vouches for the sender."""
    with department(city, tmp_path) as client:
        ids = [
            client.sign("d", by="张工"),
            client.arrive("d", by="张工"),
            client.progress("d", by="张工", text="已到货"),
            client.report("d", by="张工", text="已更换", members=["m-0007"]),
            client.return_("d", by="张工", basis="第四条", suggested="drainage-office"),
            client.first_contact("d", by="张工", text="已联系"),
            client.extend("d", by="张工", span="5 个工作日", reason="停电施工"),
            client.urge("d", by="李主任", text="请抓紧"),
        ]
    found = city.actions()

    assert ids == [event.id for event, _, _ in found]
    assert [7] * 8 == [uuid.UUID(event_id).version for event_id in ids]
    assert [
        Sign(dispatch="d", by="张工"),
        Arrive(dispatch="d", by="张工"),
        Progress(dispatch="d", by="张工", text="已到货"),
        Report(dispatch="d", by="张工", text="已更换", members=("m-0007",)),
        Return(dispatch="d", by="张工", basis="第四条", suggested="drainage-office"),
        FirstContact(dispatch="d", by="张工", text="已联系"),
        Extend(dispatch="d", by="张工", span="5 个工作日", reason="停电施工"),
        Urge(dispatch="d", by="李主任", text="请抓紧"),
    ] == [event.data for event, _, _ in found]
    verbs = ("sign", "arrive", "progress", "report", "return", "first_contact", "extend", "urge")
    assert [f"{DISTRICT}.{PARTY}.{verb}" for verb in verbs] == [key for _, _, key in found]
    event, properties, _ = found[0]
    assert (DISTRICT, PARTY, "/whistle/mawei.power-bureau") == (event.district, event.party, event.source)
    assert "mawei.power-bureau" == properties.user_id
    assert event.id == properties.message_id
    assert event.type == properties.type == properties.headers["cloudEvents_type"]
    assert "application/cloudevents+json; charset=utf-8" == properties.content_type
    assert 2 == properties.delivery_mode


def test_an_action_within_a_handler_is_caused_by_what_is_handled(city: City, tmp_path: Path) -> None:
    """Case number and cause are filled in, and the ids are the same whenever the handler runs again."""
    runs: list[list[str]] = []

    def handle(event: Event[Any]) -> None:
        client = listening.department
        runs.append(
            [
                client.sign("d", by="a"),
                client.progress("d", by="a", text="1"),
                client.progress("d", by="a", text="2"),
            ]
        )
        if len(runs) == 1:
            raise RuntimeError("after acting")

    listening = Listening(department(city, tmp_path), handle)
    event = city.send()
    with listening:
        assert event.id == listening.next().id
    actions = [action for action, _, _ in city.actions()]

    assert runs[0] == runs[1]
    assert 3 == len(set(runs[0]))
    assert {(event.id, "26-00421-7")} == {(action.cause, action.case_no) for action in actions}
    assert [7] * 3 == [uuid.UUID(event_id).version for event_id in runs[0]]


def test_actions_of_several_threads_are_all_confirmed(city: City, tmp_path: Path) -> None:
    """The client may be shared by a program's threads."""
    ids: list[str] = []
    with department(city, tmp_path) as client:
        threads = [
            threading.Thread(target=lambda n=n: ids.append(client.sign(f"d{n}", by="张工")))
            for n in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    assert 20 == len(set(ids))
    assert set(ids) == {event.id for event, _, _ in city.actions()}


def test_an_action_that_breaks_its_schema_is_refused_before_it_is_sent(city: City, tmp_path: Path) -> None:
    """A person is told at once, not by a refusal that comes back hours later."""
    with department(city, tmp_path) as client:
        with pytest.raises(Invalid):
            client.sign("x" * 41, by="张工")
        with pytest.raises(Invalid):
            client.return_("d", by="张工", basis="x" * 1001)

    assert [] == city.actions()


def test_an_action_that_nobody_takes_is_told(city: City, tmp_path: Path) -> None:
    """Without routing's queue and without the alarm queue behind the alternate exchange, nothing is silently lost."""
    with pika.BlockingConnection(pika.URLParameters(city.url)) as connection:
        for queue in (topology.ACTIONS_QUEUE, topology.UNROUTABLE):
            connection.channel().queue_delete(queue)
    with department(city, tmp_path) as client, pytest.raises(Misconfigured, match="whistle bus declare"):
        client.sign("d", by="张工")


def test_an_action_that_does_not_fit_is_tried_again_until_it_does(city: City, tmp_path: Path) -> None:
    """A full queue refuses (reject-publish): the action waits and keeps its id."""
    with pika.BlockingConnection(pika.URLParameters(city.url)) as connection:
        channel = connection.channel()
        channel.queue_delete(topology.ACTIONS_QUEUE)
        full = {"x-queue-type": "quorum", "x-overflow": "reject-publish", "x-max-length": 1}
        channel.queue_declare(topology.ACTIONS_QUEUE, durable=True, arguments=full)
        channel.queue_bind(topology.ACTIONS_QUEUE, topology.ACTIONS, "*.*.*")
    timing = dataclasses.replace(QUICK, give_up=1)
    with department(city, tmp_path, timing=timing) as client:
        accepted: list[str] = []
        with pytest.raises(DependencyDown) as caught:
            # a quorum queue lets some more in before it knows that it is full
            accepted.extend(client.sign("d", by="张工") for _ in range(10))
        refused = caught.value.detail["event_id"]
        first = [event.id for event, _, _ in city.actions()]
        again = client.send(Sign(dispatch="d", by="张工"), event_id=refused)

    assert refused == again
    assert {*accepted, refused} == {*first, *(event.id for event, _, _ in city.actions())}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda url: url.replace(":", ":wrong-", 2).replace("amqp:wrong-", "amqp:"),
            "refuses user mawei.power-bureau",
        ),
        (lambda url: url.rpartition("/")[0] + "/nowhere", "virtual host nowhere"),
    ],
    ids=["password", "virtual host"],
)
def test_wrong_credentials_are_told_in_one_line(
    city: City, tmp_path: Path, change: Callable[[str], str], told: str
) -> None:
    """Listening and acting say the same, at once, without retrying and without the password."""
    url = change(city.account.url)
    client = department(city, tmp_path, url=url)
    for attempt in (lambda: client.sign("d", by="张工"), lambda: client.listen(lambda event: None)):
        with pytest.raises(Misconfigured, match=told) as caught:
            attempt()
        assert 1 == len(str(caught.value).splitlines())
        assert str(city.account.password) not in str(caught.value)


def test_a_missing_queue_is_told_in_one_line(city: City, tmp_path: Path) -> None:
    """The department learns whom to ask; it does not declare anything itself."""
    with pika.BlockingConnection(pika.URLParameters(city.url)) as connection:
        connection.channel().queue_delete(city.account.queue)

    with pytest.raises(Misconfigured, match=r"party\.mawei\.power-bureau does not exist"):
        department(city, tmp_path).listen(lambda event: None)


def test_anothers_queue_and_name_are_refused_in_one_line(city: City, tmp_path: Path) -> None:
    """An account speaks for its own party only."""
    city.add_party("property")
    other = Department(city.account.url, DISTRICT, "property", inbox=tmp_path / "inbox.db", timing=QUICK)

    with pytest.raises(Misconfigured, match=r"no permission for party\.mawei\.property"):
        other.listen(lambda event: None)
    with pytest.raises(Misconfigured, match=r"no permission for whistle\.actions"):
        other.sign("d", by="张工")


def test_another_name_than_the_accounts_is_refused_even_with_too_many_rights(city: City) -> None:
    """The broker compares user_id with the account, whatever its permissions say."""
    vhost = city.url.rpartition("/")[2]
    everything = Permissions(configure=".*", write=".*", read=".*", topics={topology.ACTIONS: (".*", ".*")})
    ManagementApi(city.management_url).permit(city.account.user, vhost, everything)

    with pytest.raises(Misconfigured, match="is not the account of this party"):
        Department(city.account.url, DISTRICT, "property", timing=QUICK).sign("d", by="张工")


def test_an_unreachable_broker_is_told_within_the_time_given(tmp_path: Path) -> None:
    """Acting gives up in time and says where it tried; the message holds no password."""
    port = free_port()
    timing = Timing(give_up=0.5, connect=1, reconnect=(0.1, 0.1))
    client = Department(f"amqp://a:secret@127.0.0.1:{port}/", DISTRICT, PARTY, timing=timing)

    with pytest.raises(DependencyDown, match=f"127.0.0.1:{port}") as caught:
        client.sign("d", by="张工")
    assert "secret" not in str(caught.value)
    assert 7 == uuid.UUID(str(caught.value.detail["event_id"])).version


@pytest.mark.parametrize(
    "url", ["memory://", "http://a:b@c/", "amqp://", "amqp://user@host/", "amqp://a:b@h:99999/", ""]
)
def test_a_url_that_cannot_be_used_is_told(url: str) -> None:
    """Before anything is tried."""
    with pytest.raises(Misconfigured):
        Department(url, DISTRICT, PARTY)


def test_amqps_checks_the_certificate_and_the_host_name() -> None:
    """Nobody has to remember to switch it on."""
    link = Department("amqps://a:b@bus.example:5671/", DISTRICT, PARTY)._link
    options = link._parameters.ssl_options

    assert "bus.example" == options.server_hostname
    assert options.context.check_hostname
