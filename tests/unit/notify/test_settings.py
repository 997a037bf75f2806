"""Settings of notify: what is read, and what stops the start."""

from __future__ import annotations

import pytest

from whistle.errors import Misconfigured
from whistle.settings import load_settings
from whistle_notify.settings import NotifySettings, notices_file, read_settings


def test_without_any_setting_the_defaults_hold(monkeypatch, tmp_path):
    """Nothing needs to be set."""
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))

    assert NotifySettings() == read_settings(load_settings())
    assert tmp_path / "notices" / "notices.jsonl" == notices_file(load_settings())


def test_what_is_set_is_read(monkeypatch):
    """Lists by commas."""
    for name, value in {
        "CHANNELS": "file",
        "RETRY_SECONDS": "1,2.5",
        "LANGUAGES": "en,zh",
        "TIME_ZONE": "Asia/Urumqi",
        "LEASE_SECONDS": "9",
    }.items():
        monkeypatch.setenv(f"WHISTLE_NOTIFY_{name}", value)
    settings = read_settings(load_settings())

    assert (("file",), (1.0, 2.5), ("en", "zh"), 9) == (
        settings.channels,
        settings.retry_seconds,
        settings.languages,
        settings.lease_seconds,
    )
    assert "Asia/Urumqi" == settings.time_zone.key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RETRY_SECONDS", "soon"),
        ("RETRY_SECONDS", "-1"),
        ("RETRY_SECONDS", "nan"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../etc/passwd"),
        ("LEASE_SECONDS", "long"),
        ("PAGE", "many"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch, name, value):
    """One line that says which variable."""
    monkeypatch.setenv(f"WHISTLE_NOTIFY_{name}", value)

    with pytest.raises(Misconfigured) as refused:
        read_settings(load_settings())
    assert f"WHISTLE_NOTIFY_{name}" in refused.value.en
