"""Settings: environment over file, and each bad value named."""

from __future__ import annotations

import stat

import pytest

from whistle.errors import Misconfigured
from whistle.settings import load_settings, mask_url, service_value, with_secret


@pytest.fixture
def toml(tmp_path, monkeypatch):
    """Write the settings file."""

    def write(text):
        path = tmp_path / "whistle.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        monkeypatch.setenv("WHISTLE_CONFIG", str(path))
        return path

    return write


def test_nothing_set_is_the_embedded_mode(tmp_path, monkeypatch):
    """The defaults are a whole platform in one process."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert (True, "127.0.0.1", 8000, tmp_path / ".whistle") == (
        settings.embedded,
        settings.http_host,
        settings.http_port,
        settings.data,
    )
    assert f"sqlite:///{tmp_path}/.whistle/points.db" == settings.database_url_of("points")


def test_the_environment_is_over_the_file(toml, monkeypatch):
    """Both are read, the environment wins, value by value."""
    toml('http = "0.0.0.0:9000"\nbatch_size = 7\nretry_seconds = [0.5, 2]\nnotify_apprise_url = "json://x"\n')
    monkeypatch.setenv("WHISTLE_HTTP", ":9001")
    monkeypatch.setenv("WHISTLE_DISTRICTS", "mawei,huantai")
    settings = load_settings()
    assert ("127.0.0.1", 9001, 7, (0.5, 2.0), ("mawei", "huantai")) == (
        settings.http_host,
        settings.http_port,
        settings.batch_size,
        settings.retry_seconds,
        settings.districts,
    )
    assert "json://x" == service_value("str", "NOTIFY_APPRISE_URL", settings, "")
    assert 3 == service_value("int", "NOTIFY_TRIES", settings, 3)
    assert "postgresql://h/d" == load_with(monkeypatch, "DATABASE_URL", "postgresql://h/d").database_url_of(
        "points"
    )


def test_metrics_are_closed_unless_set_open(monkeypatch):
    """Only what means yes opens them."""
    assert [False, True] == [
        load_settings().metrics_open,
        load_with(monkeypatch, "METRICS_OPEN", "true").metrics_open,
    ]
    with pytest.raises(Misconfigured, match="WHISTLE_METRICS_OPEN"):
        load_with(monkeypatch, "METRICS_OPEN", "perhaps")


def load_with(monkeypatch, name, value):
    monkeypatch.setenv(f"WHISTLE_{name}", value)
    return load_settings()


BAD = [
    ("HTTP", "8000x"),
    ("HTTP", "localhost"),
    ("HTTP", "localhost:"),
    ("HTTP", "localhost:65536"),
    ("HTTP", "localhost:-1"),
    ("BATCH_SIZE", "many"),
    ("BATCH_SIZE", "0"),
    ("BATCH_SIZE", "-5"),
    ("BATCH_SIZE", "1000000"),
    ("BATCH_LINGER_MS", "x"),
    ("BATCH_LINGER_MS", "-1"),
    ("KEEP_DAYS", "x"),
    ("KEEP_DAYS", "-1"),
    ("RETRY_SECONDS", "1,x"),
    ("RETRY_SECONDS", "1,-5"),
    ("RETRY_SECONDS", "nan"),
    ("LOG_LEVEL", "LOUD"),
    ("LOG_FORMAT", "xml"),
    ("BUS_URL", "http://localhost"),
    ("BUS_URL", "localhost:5672"),
    ("CONFIG", "/nowhere/whistle.toml"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_named(monkeypatch, name, value):
    """One line with the variable's name, in both languages, before anything has started."""
    with pytest.raises(Misconfigured) as caught:
        load_with(monkeypatch, name, value)
    for text in (caught.value.zh, caught.value.en):
        assert f"WHISTLE_{name}" in text
        assert "\n" not in text


@pytest.mark.parametrize("text", ["= 1", "http = ", b"\xff\xfe"], ids=["no key", "no value", "not UTF-8"])
def test_a_broken_file_is_named(toml, text):
    """Its path, in one line."""
    path = toml(text)
    with pytest.raises(Misconfigured) as caught:
        load_settings()
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("line", ["batch_size = true", 'batch_size = "x"', 'retry_seconds = ["x"]'])
def test_a_wrong_type_in_the_file_is_named(toml, line):
    """As for the environment."""
    toml(line)
    with pytest.raises(Misconfigured) as caught:
        load_settings()
    assert f"WHISTLE_{line.partition(' ')[0].upper()}" in str(caught.value)


def test_secrets_are_not_shown(monkeypatch):
    """Neither the key nor a password in a URL; user and host are, for who looks for an error."""
    monkeypatch.setenv("WHISTLE_SECRET_KEY", "of-the-city-0123456789-0123456789-ab")
    monkeypatch.setenv("WHISTLE_BUS_URL", "amqp://me:hush@broker:5672/v")
    monkeypatch.setenv("WHISTLE_DATABASE_URL", "postgresql://me:hush@db/w?sslmode=require")
    shown = str(load_settings().redacted())
    assert "hush" not in shown
    assert "of-the-city" not in shown
    assert "me:***@broker:5672/v" in shown


@pytest.mark.parametrize(
    "url", ["amqp://u:p%40ss@h/v", "amqp://u:pass@h", "postgresql://:pass@/d", "nonsense pass", ""]
)
def test_masked_urls_keep_no_password(url):
    """Whatever is given, what follows the user's colon is gone, and nothing raises."""
    masked = mask_url(url)
    assert ":p%40ss@" not in masked
    assert ":pass@" not in masked


def test_the_embedded_mode_makes_its_own_secret_once(tmp_path, monkeypatch):
    """Kept in the data folder, for this user only, the same at the next start."""
    settings = load_with(monkeypatch, "DATA", str(tmp_path / "data"))
    first = with_secret(settings)
    assert len(first) >= 48
    assert first == with_secret(settings)
    assert 0o600 == stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode)


def test_deployed_the_secret_must_be_set(tmp_path, monkeypatch):
    """A deployment does not make up a secret that its other processes do not know."""
    monkeypatch.setenv("WHISTLE_BUS_URL", "amqp://h")
    with pytest.raises(Misconfigured) as caught:
        with_secret(load_with(monkeypatch, "DATA", str(tmp_path)))
    assert "WHISTLE_SECRET_KEY" in caught.value.en
