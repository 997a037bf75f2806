"""
Webhooks by the Standard Webhooks specification 1.0: signing and checking (:mod:`whistle.webhooks.signing`), which addresses may be
called (:mod:`whistle.webhooks.guard`) and one bounded POST (:mod:`whistle.webhooks.posting`).

Only the standard library is used, so that a department can check signatures with the light package and everything here is green
under eventlet.
"""

from __future__ import annotations

from whistle.webhooks.guard import Guard, Target
from whistle.webhooks.posting import Answer, Unreached, post
from whistle.webhooks.signing import headers_for, new_secret, verify

__all__ = ["Answer", "Guard", "Target", "Unreached", "headers_for", "new_secret", "post", "verify"]
