"""Channels: the file that loses nothing, Apprise against a server of our own, and how they are found."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import stat
import threading

import pytest

from whistle.errors import Misconfigured, Rejected, Transient
from whistle.settings import load_settings
from whistle_notify.channels import AppriseChannel, FileChannel, Letter, load_channels
from whistle_notify.channels.interface import masked

NOON = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)


def letter(notice="n-1", contact=None, attempt=1, text="已受理"):
    contact = contact or {"email": "li@example.cn"}
    return Letter(
        notice=notice, purpose="receipt", title="通知", text=text, contact=contact, at=NOON, attempt=attempt
    )


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ({"phone": "13812345678"}, "138****5678"),
        ({"phone": "13812345678", "email": "li@example.cn"}, "l***@example.cn"),
        ({"wecom": "lisi"}, "wecom:l***"),
        ({"staff": "mawei/worker"}, "staff:mawei/worker"),
        ({}, "****"),
    ],
)
def test_addresses_are_shown_masked(contact, shown):
    """Nobody's address stands in a log or a file."""
    assert shown == masked(contact)


class TestFileChannel:
    def test_it_writes_one_line_per_notice_for_the_owner_only(self, tmp_path):
        """JSON, Chinese readable, the address masked, nobody else may read it."""
        path = tmp_path / "notices" / "n.jsonl"
        FileChannel(path).send_all([letter("n-1"), letter("n-2")])

        assert ["n-1", "n-2"] == [told["notice"] for told in lines(path)]
        assert ("l***@example.cn", "已受理") == (lines(path)[0]["to"], lines(path)[0]["text"])
        assert "li@example.cn" not in path.read_text(encoding="utf-8")
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)

    def test_what_was_written_before_a_crash_is_not_written_again(self, tmp_path):
        """A second try looks first."""
        channel = FileChannel(tmp_path / "n.jsonl")
        channel.send_all([letter("n-1"), letter("n-2")])
        channel.send_all([letter("n-1", attempt=2), letter("n-3", attempt=2)])

        assert ["n-1", "n-2", "n-3"] == [told["notice"] for told in lines(tmp_path / "n.jsonl")]

    def test_a_torn_line_costs_no_other(self, tmp_path):
        """A crash in the middle of a line: the next starts a new one, and the torn notice is written again."""
        path = tmp_path / "n.jsonl"
        FileChannel(path).send(letter("n-1"))
        path.write_bytes(path.read_bytes() + b'{"notice":"n-2","at":"20')
        FileChannel(path).send_all([letter("n-2", attempt=2), letter("n-3")])

        first, torn, *others = path.read_text(encoding="utf-8").splitlines()
        assert '{"notice":"n-2","at":"20' == torn
        assert ["n-1", "n-2", "n-3"] == [json.loads(line)["notice"] for line in (first, *others)]

    def test_a_folder_that_cannot_be_written_is_tried_again_later(self, tmp_path):
        """Nothing is lost by a full or missing disk."""
        (tmp_path / "file").write_text("")

        with pytest.raises(Transient):
            FileChannel(tmp_path / "file" / "n.jsonl").send(letter())

    @pytest.mark.parametrize(
        ("contact", "reached"),
        [
            ({"email": "a@b.cn"}, True),
            ({"wecom": "a"}, True),
            ({"staff": "mawei/worker"}, True),
            ({"phone": "13812345678"}, False),
            ({"name": "李四"}, False),
            ({"email": ""}, False),
            ({}, False),
        ],
    )
    def test_whom_it_reaches(self, tmp_path, contact, reached):
        """Nobody who has nothing but a phone."""
        assert reached == FileChannel(tmp_path / "n").can_reach(contact)

    def test_echo_prints_each_line(self, tmp_path, capsys):
        """For who watches a demonstration."""
        FileChannel(tmp_path / "n.jsonl", echo=True).send(letter())

        assert "n-1" == json.loads(capsys.readouterr().out)["notice"]


@pytest.fixture
def post_office():
    """A web server that takes posts: ``.posts`` what came, ``.status`` what it answers."""

    class Office(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.posts.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
            self.send_response(server.status)  # type: ignore[attr-defined]
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Office)
    server.posts, server.status = [], 200  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class TestAppriseChannel:
    def test_it_fills_the_address_in_and_sends(self, post_office):
        """One post per letter, to the recipient's own place; a slash in the address opens no other."""
        channel = AppriseChannel(f"json://127.0.0.1:{post_office.server_port}/to/{{wecom}}")
        channel.send(letter(contact={"wecom": "li/../si"}))

        ((path, body),) = post_office.posts
        assert "/to/li%2F..%2Fsi" == path
        assert ("通知", "已受理") == (body["title"], body["message"])

    def test_what_is_not_accepted_is_tried_again(self, post_office):
        """Apprise does not tell why."""
        post_office.status = 503
        with pytest.raises(Transient):
            AppriseChannel(f"json://127.0.0.1:{post_office.server_port}/{{wecom}}").send(
                letter(contact={"wecom": "a"})
            )

        assert 1 == len(post_office.posts)

    def test_a_place_that_is_not_there_is_tried_again(self, post_office):
        """A refused connection is no verdict on the address."""
        with pytest.raises(Transient):
            AppriseChannel("json://127.0.0.1:1/{wecom}").send(letter(contact={"wecom": "a"}))

    @pytest.mark.parametrize(
        "email", ["nobody", "a@b.cn,c@d.cn", "a@b.cn&bcc=c@d.cn", "a@b.cn c@d.cn", "a@b.cn?x=1", "a\nb@c.cn"]
    )
    def test_what_is_not_one_address_is_refused_for_good(self, email):
        """No later try would help, and nobody else is written to."""
        with pytest.raises(Rejected):
            AppriseChannel("mailto://u:p@example.cn:1?smtp=127.0.0.1&to={email}").send(
                letter(contact={"email": email})
            )

    @pytest.mark.parametrize(
        ("template", "contact", "reached"),
        [
            ("json://localhost/{wecom}", {"wecom": "a"}, True),
            ("json://localhost/{wecom}", {"email": "a@b.cn"}, False),
            ("json://localhost/{wecom}/{phone}", {"wecom": "a"}, False),
            ("json://localhost/group", {"staff": "mawei/worker"}, True),
            ("json://localhost/group", {"email": "a@b.cn"}, False),
        ],
    )
    def test_whom_it_reaches(self, template, contact, reached):
        """Who has all that the template asks for; a fixed place is for staff alone."""
        assert reached == AppriseChannel(template).can_reach(contact)

    @pytest.mark.parametrize("template", ["json://localhost/{name}", "nonsense://x", "json://{", "", "http"])
    def test_a_template_that_cannot_work_stops_the_start(self, template):
        """One line names the setting."""
        with pytest.raises(Misconfigured) as refused:
            AppriseChannel(template)
        assert "WHISTLE_NOTIFY_APPRISE_URL" in refused.value.en


class TestLoading:
    def test_configured_channels_come_in_their_order(self, monkeypatch, tmp_path):
        """Apprise only where it has an address."""
        monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
        names = ["apprise", "file"]
        without = load_channels(load_settings(), names)
        monkeypatch.setenv("WHISTLE_NOTIFY_APPRISE_URL", "json://localhost/{wecom}")

        assert ["file"] == [channel.name for channel in without]
        assert names == [channel.name for channel in load_channels(load_settings(), names)]

    def test_an_unknown_channel_stops_the_start(self):
        """The message names it and those that are installed."""
        with pytest.raises(Misconfigured) as refused:
            load_channels(load_settings(), ["pigeon"])
        assert "'pigeon'; installed: apprise, file" in refused.value.en
