"""
``amqps://``: whom a department trusts.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from whistle.department import Department, Timing
from whistle.errors import DependencyDown, Misconfigured

QUICK = Timing(give_up=0.5, connect=0.5, reconnect=(0.1, 0.1))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate of 127.0.0.1 (not of localhost), with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bus")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "bus.pem").write_bytes(private + made.public_bytes(pem))
    return tmp_path / "bus.pem"


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    """A TLS server that says nothing more after the handshake."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    open_ones: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError):  # a client that does not trust us hangs up
                    open_ones.append(context.wrap_socket(connection, server_side=True))

    thread = threading.Thread(target=serve)
    thread.start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for one in open_ones:
        one.close()


def test_a_certificate_of_an_unknown_authority_is_refused(port: int) -> None:
    """At once and in one line, whether acting or listening."""
    client = Department(f"amqps://a:b@127.0.0.1:{port}/", "mawei", "power-bureau", timing=QUICK)

    with pytest.raises(Misconfigured, match="is not trusted"):
        client.sign("d", by="张工")


def test_a_certificate_of_another_host_is_refused(port: int, certificate: Path) -> None:
    """A trusted authority is not enough: the name must be the broker's."""
    client = Department(
        f"amqps://a:b@localhost:{port}/", "mawei", "power-bureau", timing=QUICK, cafile=certificate
    )

    with pytest.raises(Misconfigured, match="is not trusted"):
        client.sign("d", by="张工")


def test_the_right_certificate_is_trusted(port: int, certificate: Path) -> None:
    """The handshake succeeds; this server then says nothing, which is another failure and bounded in time."""
    client = Department(
        f"amqps://a:b@127.0.0.1:{port}/", "mawei", "power-bureau", timing=QUICK, cafile=certificate
    )

    with pytest.raises(DependencyDown, match="TimeoutError"):
        client.sign("d", by="张工")


def test_an_authority_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """One line with the path."""
    (tmp_path / "empty.pem").write_text("")
    for path in (tmp_path / "none.pem", tmp_path / "empty.pem"):
        with pytest.raises(Misconfigured, match=str(path)):
            Department("amqps://a:b@h/", "mawei", "power-bureau", cafile=path)
