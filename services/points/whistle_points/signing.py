"""
Signatures of the platform on what leaves it (Ed25519, RFC 8032): a file is checked anywhere, with the public key and nothing else.

The key is derived from ``WHISTLE_SECRET_KEY``, so there is none to be kept apart. Whoever changes that secret keeps the old public
key to check what was signed before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from whistle.errors import Invalid
from whistle_points.domain import canonical

_MARK = "whistle-statement ed25519"
_SEAL = re.compile(rf"{_MARK} ([\w+/]{{43}}=) ([\w+/]{{86}}==)", re.ASCII)
_MOST_UNPACKED = 50_000_000
"""Bytes that a paper may hold: a small file that unpacks to more is refused, not read."""


@dataclass(frozen=True)
class Signer:
    """Signs files; ``public`` is the key that checks them, in base64."""

    key: Ed25519PrivateKey

    @classmethod
    def of(cls, secret: str) -> Signer:
        """From the platform's secret."""
        seed = hmac.digest(secret.strip().encode(), b"whistle points statement key v1", "sha256")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public(self) -> str:
        """32 bytes in base64."""
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def signed_page(self, html: bytes) -> bytes:
        """The page with a last line that signs every byte before it."""
        return html + f"<!-- {self._seal(html)} -->\n".encode()

    def signed_paper(self, docx: bytes) -> bytes:
        """The .docx with an archive comment that signs the name and content of every part."""
        out = io.BytesIO(docx)
        with zipfile.ZipFile(out, "a") as archive:
            archive.comment = self._seal(_parts(archive)).encode()
        return out.getvalue()

    def _seal(self, content: bytes) -> str:
        return f"{_MARK} {self.public} {base64.b64encode(self.key.sign(content)).decode()}"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found: is the file as it was signed, and by which key does it say it was?"""

    whole: bool
    key: str


def check(data: bytes, *, public: str) -> Checked:
    """
    Check a signed page or paper against a public key.

    Raises:
        Invalid: it carries no signature of ours, is damaged, or the key is none.
    """
    content, seal = _split(data)
    key, signature = seal
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True)).verify(
            base64.b64decode(signature), content
        )
    except InvalidSignature:
        return Checked(whole=False, key=key)
    except (binascii.Error, ValueError):
        raise Invalid(
            "公钥应为 32 字节的 base64", "the public key must be 32 bytes in base64", fields={"key": [public]}
        ) from None
    return Checked(whole=key == public, key=key)


def _split(data: bytes) -> tuple[bytes, tuple[str, str]]:
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(one.file_size for one in archive.infolist()) <= _MOST_UNPACKED:
                    return _parts(archive), _read(archive.comment)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
            pass
        raise _unsigned()
    content, mark, tail = data.rpartition(b"<!-- ")
    if not mark or not tail.endswith(b" -->\n"):
        raise _unsigned()
    return content, _read(tail.removesuffix(b" -->\n"))


def _read(seal: bytes) -> tuple[str, str]:
    found = _SEAL.fullmatch(seal.decode("ascii", "replace"))
    if found is None:
        raise _unsigned()
    return found[1], found[2]


def _unsigned() -> Invalid:
    return Invalid(
        "文件没有平台签名,或已损坏", "the file carries no signature of the platform, or is damaged"
    )


def _parts(archive: zipfile.ZipFile) -> bytes:
    """What is signed of a paper: names and hashes of its parts, in the order of the archive."""
    return canonical(
        [[one.filename, hashlib.sha256(archive.read(one)).hexdigest()] for one in archive.infolist()]
    )
