"""
The residents: files cases over kept-alive connections as fast as they are answered, or at a steady rate. A
process of its own.

``python -m spine_parts.load URL TOKEN CASES CONNECTIONS RATE OUT`` writes one line per case: number, second
when it was sent, second when it was answered (monotonic, the same clock in all processes of a machine).
RATE 0 means as fast as possible.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

TEXTS = (
    "楼前的路灯三天不亮了,老人晚上出门不安全,请尽快修好。",
    "这两天家里自来水发黄有异味,供水公司没有通知,孩子不敢喝。",
    "小区旁的工地夜里十二点还在施工,噪音很大,影响休息。",
    "市场外面流动摊贩占道经营,早晚高峰车辆堵得厉害,请城管处理。",
)


class Load:
    """Files ``cases`` cases over ``connections`` connections."""

    def __init__(self, url: str, token: str, *, cases: int, rate: float) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._token = token
        self._numbers = iter(range(cases))
        self._lock = threading.Lock()
        self._rate = rate
        self._started = time.monotonic()
        self.lines: list[tuple[str, float, float]] = []

    def run(self, connections: int) -> None:
        """Start the connections and wait for them."""
        threads = [threading.Thread(target=self._file) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _file(self) -> None:
        connection = socket.create_connection(self._address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            if self._rate:
                time.sleep(max(0.0, self._started + number / self._rate - time.monotonic()))
            sent = time.monotonic()
            connection.sendall(self._request(number))
            answer = _read(connection)
            self.lines.append((answer["no"], sent, time.monotonic()))

    def _request(self, number: int) -> bytes:
        body = {
            "district": "mawei",
            "title": f"幸福里{number % 97}号楼",
            "text": f"幸福里{number % 97}号楼,{TEXTS[number % len(TEXTS)]}",
            "place": f"幸福里{number % 97}号楼",
            "door": "hotline",
        }
        raw = json.dumps(body, ensure_ascii=False).encode()
        head = (
            f"POST /api/v1/cases HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self._token}\r\nContent-Length: {len(raw)}\r\n\r\n"
        )
        return head.encode() + raw


def _read(connection: socket.socket) -> dict[str, str]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 201"):
        raise SystemExit(f"not filed: {data[:500]!r}")
    length = int(
        next(
            line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
    )
    while len(body) < length:
        body += _some(connection)
    found: dict[str, str] = json.loads(body)
    return found


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise SystemExit("the server closed the connection")
    return data


def main() -> None:
    import eventlet

    eventlet.monkey_patch()
    url, token, cases, connections, rate, out = sys.argv[1:]
    load = Load(url, token, cases=int(cases), rate=float(rate))
    load.run(int(connections))
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(f"{no} {sent:.6f} {answered:.6f}\n" for no, sent, answered in load.lines)


if __name__ == "__main__":
    main()
