"""
Names are looked up without the process standing still.
"""

from __future__ import annotations

import subprocess
import sys

SLOW = """
import warnings; warnings.simplefilter("ignore")
import _thread, socket, time
asked, go_on = _thread.allocate_lock(), _thread.allocate_lock()
asked.acquire(), go_on.acquire()
plain = socket.getaddrinfo
def slow(host, *arguments, **named):
    asked.release()
    assert go_on.acquire(timeout=20)
    return plain("127.0.0.1", *arguments, **named)
socket.getaddrinfo = slow
from whistle.runtime.monkey import patch
patch()
import eventlet, eventlet.green.socket as green
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
port = server.getsockname()[1]
connecting = eventlet.spawn(green.create_connection, ("slow.example", port), timeout=20)
deadline = time.monotonic() + 20
while not asked.acquire(blocking=False) and time.monotonic() < deadline:
    eventlet.sleep(0.01)
beats = 0
for _ in range(10):
    eventlet.sleep(0.01)
    beats += 1
assert not connecting.dead
go_on.release()
print(beats, connecting.wait().getpeername() == ("127.0.0.1", port))
"""

SYSTEM = """
import warnings; warnings.simplefilter("ignore")
from whistle.runtime.monkey import patch
patch()
import socket, sys
first = socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)[0][4][0]
print(first in ("127.0.0.1", "::1"), socket.getaddrinfo("::1", 80)[0][4][0], "dns" in sys.modules)
try:
    socket.getaddrinfo("no-such-name.invalid", 80)
except socket.gaierror:
    print("unknown")
"""


def _printed(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_slow_name_server_delays_only_who_asked() -> None:
    """While a name is being looked up the other green threads go on; then the connection is made."""
    assert "10 True\n" == _printed(SLOW)


def test_the_systems_own_resolver_is_asked() -> None:
    """Names of the hosts file are found, addresses are taken as they are, and an unknown name is said to be unknown."""
    assert "True ::1 False\nunknown\n" == _printed(SYSTEM)
