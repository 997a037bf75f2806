"""Which service answers which path is read off the routes that the services declare."""

from __future__ import annotations

import pytest

from whistle.errors import Misconfigured
from whistle.runtime.paths import FIRST, nginx_of, paths_of
from whistle.runtime.services import installed_services
from whistle.testing.platform.deployed import PREFIXES


@pytest.fixture(scope="module")
def paths():
    return paths_of(installed_services())


def service_for(path, paths):
    """Who answers, as a proxy chooses: the longest prefix that is the path or a folder above it."""
    plain = path.partition("?")[0]
    below = [prefix for prefix in paths if plain == prefix or plain.startswith(prefix.rstrip("/") + "/")]
    return paths[max(below, key=len)] if below else FIRST


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "intake"),
        ("/cases/26-00001-1?link=x", "intake"),
        ("/desk", "routing"),
        ("/desk/pleas/1", "routing"),
        ("/desktop", "intake"),
        ("/api/v1/dispatches/1/actions", "routing"),
        ("/points/members/m-1", "points"),
        ("/problems/points/wrong-amount", "points"),
        ("/api/v1/tasks?limit=1", "notify"),
        ("/static/http/whistle.css", "intake"),
    ],
)
def test_a_path_has_one_service(paths, path, service):
    """By the longest prefix; what nobody names is intake's."""
    assert service == service_for(path, paths)


def test_the_tests_platform_knows_the_same(paths):
    """Every prefix of the API that it sends elsewhere is answered there."""
    assert {service_for(f"/api/v1/{name}/x", paths) for name in PREFIXES} >= {"routing", "points", "notify"}
    api = {path.split("/")[3]: service for path, service in paths.items() if path.startswith("/api/v1/")}
    assert {name: "routing" for name in api if api[name] == "routing"}.keys() <= PREFIXES.keys()


def test_nginx_is_told_each_path(paths):
    """Exactly the path and what lies below it, so that /desktop is no desk."""
    written = nginx_of(paths, {"intake": "10.0.0.1:8001", "routing": "r:1", "points": "p:1", "notify": "n:1"})
    assert "location / { proxy_pass http://10.0.0.1:8001; }" in written
    assert (
        "location = /desk { proxy_pass http://r:1; }\nlocation /desk/ { proxy_pass http://r:1; }" in written
    )


def test_two_services_below_one_prefix_are_refused():
    """No proxy could tell them apart."""
    services = installed_services(["routing"])
    with pytest.raises(Misconfigured, match="twin"):
        paths_of([*services, type("Twin", (services[0],), {"name": "twin"})])
