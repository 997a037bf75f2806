"""
The clerk: answers the resident of every case that is resolved. A process of its own.

``python -m spine_parts.clerk AMQP_URL URL TOKEN CASES OUT`` listens to ``case.resolved``, posts the answers over eight kept-alive
connections, writes one line per answered case (number, second) and ends after CASES.
"""

from __future__ import annotations

import http.client
import json
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from spine_parts.floor import amqp_connection
from whistle import topology

CLERKS = 8


def main() -> None:
    bus_url, url, token, cases, out = sys.argv[1:]
    wanted = int(cases)
    resolved: queue.Queue[str] = queue.Queue()
    answered: list[tuple[str, float]] = []
    connection = amqp_connection(bus_url)
    channel = connection.channel()
    name = channel.queue_declare("", exclusive=True, auto_delete=True).queue
    channel.queue_bind(name, topology.EVENTS, "case.resolved.*")
    channel.basic_consume(name, no_ack=True, callback=lambda message: resolved.put(_case_no(message)))
    for _ in range(CLERKS):
        threading.Thread(target=_answer, args=(url, token, resolved, answered), daemon=True).start()
    print("ready", flush=True)
    deadline = time.monotonic() + 280
    while len(answered) < wanted and time.monotonic() < deadline:
        try:
            connection.drain_events(timeout=0.5)
        except TimeoutError:
            continue
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(f"{no} {at:.6f}\n" for no, at in answered)


def _case_no(message: Any) -> str:
    return str(json.loads(message.body)["subject"]).removeprefix("case/")


def _answer(url: str, token: str, resolved: queue.Queue[str], answered: list[tuple[str, float]]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps({"way": "hotline", "text": "已处理完毕,请您查看。"}, ensure_ascii=False).encode()
    while True:
        no = resolved.get()
        connection.request("POST", f"/api/v1/cases/{no}/answer", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"not answered: {answer.status}")
        answered.append((no, time.monotonic()))


if __name__ == "__main__":
    main()
