"""
What a plugin does in its process stays there. All processes here are real.
"""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.packs import NAUGHTY, a_case, facts_of
from whistle.contracts.plugin import Trigger
from whistle.errors import Misconfigured, PluginFailed
from whistle.plugins.host.parent import Limits, Outcome, PluginHost, Request
from whistle.testing import wait_for

BUDGET = 1.0
ROOT = Path(__file__).parents[2]
MakeHost = Callable[..., PluginHost]


def living(group: int) -> list[int]:
    """The processes of a group that are not merely waiting to be reaped."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, its_group = entry.read_text().rpartition(") ")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state not in "ZX":
            found.append(int(entry.parent.name))
    return found


def ask(host: PluginHost, *titles: str, text: str = "今天停水了") -> list[Outcome]:
    """One case per title, in one batch."""
    facts = facts_of(host.pack)
    return host.decide(
        [Request(case=a_case(host.pack.district, title, text), facts=facts) for title in titles],
    )


@pytest.fixture
def naughty(hosted: MakeHost) -> PluginHost:
    """A host whose plugin does what a case's title says."""
    return hosted("qi", body=NAUGHTY, limits=Limits(call=BUDGET))


@pytest.fixture
def patient(hosted: MakeHost) -> PluginHost:
    """The same with more time, for what is not about time."""
    return hosted("qi", body=NAUGHTY, limits=Limits(call=10.0))


def test_plugin_decides(hosted: MakeHost) -> None:
    """A pack without code decides from its tables, in a process of its own, and is named with its version."""
    host = hosted("qi")
    (outcome,) = ask(host, "小区停水")
    assert outcome.decision is not None
    assert "water" == outcome.decision.lead
    assert ("plugin", "whistle-district-qi", "1.2.3", None) == (
        outcome.source,
        outcome.plugin,
        outcome.version,
        outcome.failure,
    )
    assert host.describe()["pid"] not in (None, os.getpid())


def test_escalation_reaches_the_plugin(hosted: MakeHost) -> None:
    """A request with a trigger is an escalation: the street joins an overdue case."""
    host = hosted("qi")
    request = Request(case=a_case("qi"), facts=facts_of(host.pack), trigger=Trigger(kind="overdue"))
    (outcome,) = host.decide([request])
    assert outcome.decision is not None
    assert ("water", ("street",), "major") == (
        outcome.decision.lead,
        outcome.decision.co_handlers,
        outcome.decision.whistle_class,
    )


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("raise", "ValueError: 坏了"),
        ("exit", "SystemExit"),
        ("memory", "MemoryError"),
        ("stranger", "nobody-knows"),
        ("none", "NoneType"),
        ("types", "decision.lead"),
        ("nan", "ValueError"),
        ("object", "TypeError"),
        ("alone", "whistle_class"),
        ("huge", "too large"),
    ],
)
def test_bad_answer_is_that_cases_failure_only(patient: PluginHost, title: str, said: str) -> None:
    """An exception, an unknown party or nonsense costs one decision: neighbours are answered by the same process."""
    outcomes = ask(patient, "好", title, "好")
    assert [None, None] == [outcomes[0].failure, outcomes[2].failure]
    assert outcomes[1].decision is None
    assert said in (outcomes[1].failure or "")
    assert 1 == patient.describe()["starts"]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("_exit", "exit 7"),
        ("segfault", "SIGSEGV"),
        ("wait", "1 s"),
        ("spin", "1 s"),
        ("chatter", "1 s"),
        ("hang up", "ended by itself"),
        ("forge", "too large"),
    ],
)
def test_lost_process_costs_the_culprit_only(naughty: PluginHost, title: str, said: str) -> None:
    """A hang or a death fails the case in hand; those behind it are answered by a fresh process, within the budget."""
    naughty.start()
    began = time.monotonic()
    outcomes = ask(naughty, "好", title, "好", "好")
    took = time.monotonic() - began
    assert [False, True, False, False] == [outcome.decision is None for outcome in outcomes]
    assert said in (outcomes[1].failure or "")
    assert 2 == naughty.describe()["starts"]
    assert took < BUDGET + naughty.limits.start


def test_no_answer_is_taken_for_another(patient: PluginHost) -> None:
    """A plugin that sends answers of its own loses its process; none becomes the decision of a later case."""
    (forged,) = ask(patient, "answer twice")
    assert "answered something else" in (forged.failure or "")
    (later,) = ask(patient, "好", text="物业保洁")
    assert ("estate-a", 2) == (later.decision and later.decision.lead, patient.describe()["starts"])


def test_descriptors_used_up(patient: PluginHost) -> None:
    """A platform that has no file descriptor left gets a failure for each case, not an exception."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        (outcome,) = ask(patient, "好")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for number in held:
            os.close(number)
    assert "Too many open files" in (outcome.failure or "")
    assert [None] == [outcome.failure for outcome in ask(patient, "好")]


@pytest.mark.slow
@pytest.mark.parametrize("title", ["好", "wait"])
def test_platform_killed(patient: PluginHost, tmp_path: Path, title: str) -> None:
    """When the platform is killed, its plugins' processes go too: idle ones at once, hung ones by their own alarm."""
    code = f"""
import sys
sys.path[:0] = {[str(ROOT), str(tmp_path)]!r}
from tests.plugins.test_host import ask
from whistle.plugins.host.parent import Limits, PluginHost
from whistle.plugins.loader import load_packs
host = PluginHost(load_packs(["qi"])["qi"], limits=Limits(call=1.0))
host.start()
print(host.describe()["pid"], flush=True)
ask(host, {title!r})
sys.stdin.read()
"""
    platform = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert platform.stdout is not None
    child = int(platform.stdout.readline())
    platform.kill()
    platform.communicate()
    wait_for(lambda: not living(child), timeout=15.0)


def test_two_culprits_in_one_batch(patient: PluginHost) -> None:
    """Each culprit fails alone, however many there are between good cases."""
    outcomes = ask(patient, "_exit", "好", "_exit", "好", "segfault", "好")
    assert [True, False] * 3 == [outcome.decision is None for outcome in outcomes]


def test_endless_loss_gives_up(patient: PluginHost) -> None:
    """After three processes lost in a row the rest of the batch fails without being asked."""
    outcomes = ask(patient, *["_exit"] * 5, "好")
    assert [True, True, True, False, False, False] == [outcome.asked for outcome in outcomes]
    assert not any(outcome.decision for outcome in outcomes)


def test_prints_stay_out_of_the_protocol(patient: PluginHost) -> None:
    """Megabytes on standard output change no answer; their tail is kept, bounded."""
    (outcome,) = ask(patient, "print")
    assert outcome.failure is None
    assert len(patient.describe()["log"].encode()) <= 20_000
    assert "last word" in patient.describe()["log"]


def test_traceback_is_in_the_log(patient: PluginHost) -> None:
    """The district finds the place where its plugin raised."""
    ask(patient, "raise", "好")
    assert "ValueError: 坏了" in patient.describe()["log"]


def test_fork_leaves_nobody_behind(patient: PluginHost) -> None:
    """A plugin that forks fails where the system can forbid it; in any case its children go with its process group."""
    (outcome,) = ask(patient, "fork")
    group = patient.describe()["pid"]
    if patient.describe()["isolation"]["user"] == "own" or os.geteuid() != 0:
        assert "BlockingIOError" in (outcome.failure or "")
    patient.stop()
    wait_for(lambda: not living(group))


def test_children_of_root_go_with_the_group(patient: PluginHost, tmp_path: Path) -> None:
    """Where the system cannot forbid a fork (root without a user of its own), killing the group ends the children."""
    tmp_path.chmod(0o700)
    ask(patient, "fork", "fork")
    group = patient.describe()["pid"]
    expected = 3 if patient.describe()["isolation"]["user"] == "root without capabilities" else 1
    assert expected == len(living(group))
    patient.stop()
    wait_for(lambda: not living(group))


def test_idle_death_costs_nothing(patient: PluginHost) -> None:
    """A process that died between two calls is replaced before anybody is asked."""
    ask(patient, "好")
    process = patient._process
    assert process is not None
    process.popen.kill()
    process.popen.wait()
    (outcome,) = ask(patient, "好")
    assert (None, 2) == (outcome.failure, patient.describe()["starts"])


def test_no_secret_reaches_the_plugin(patient: PluginHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugin's environment is bare: no setting of the platform is in it."""
    monkeypatch.setenv("WHISTLE_SECRET_KEY", "geheim")
    monkeypatch.setenv("WHISTLE_DATABASE_URL", "postgresql://geheim")
    (outcome,) = ask(patient, "environment")
    assert outcome.decision is not None
    names = outcome.decision.reasons[0].evidence.split()
    assert "PYTHONPATH" in names
    assert not [name for name in names if name.startswith("WHISTLE")]


def test_isolation_is_reported_and_holds(patient: PluginHost, tmp_path: Path) -> None:
    """What the description claims is true: no network, no writing, not our user, homes and other packs out of sight."""
    patient.start()
    isolation = patient.describe()["isolation"]
    if os.geteuid() == 0 and isolation["files"] == "read-only":
        assert {"user": "own", "network": "none", "files": "read-only", "memory": "512 MB"} == isolation
    if isolation["network"] == "none":
        with socket.create_server(("127.0.0.1", 0)) as server:
            (outcome,) = ask(patient, "network", text=str(server.getsockname()[1]))
        assert "OSError" in (outcome.failure or "") or "Refused" in (outcome.failure or "")
    if isolation["files"] == "read-only":
        secret = tmp_path / "secret"
        secret.write_text("water", encoding="utf-8")
        (outcome,) = ask(patient, "read", text=str(secret))
        visible = [outcome.failure is None]
        (outcome,) = ask(patient, "read", text=f"/proc/{os.getpid()}/environ")
        assert "FileNotFoundError" in (outcome.failure or "")
        assert [True] == visible  # it lies in the pack's own folder, which the plugin may read
    (outcome,) = ask(patient, "write", text=str(tmp_path / "new"))
    assert outcome.failure is not None
    assert not (tmp_path / "new").exists() or (tmp_path / "new").read_bytes() == b""


def test_memory_limit_is_a_setting(hosted: MakeHost) -> None:
    """With more memory allowed the greedy plugin gets it, and then answers nonsense."""
    host = hosted("qi", body=NAUGHTY, limits=Limits(call=60.0, memory=4 * 2**30))
    (outcome,) = ask(host, "memory")
    assert "list" in (outcome.failure or "")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    raise RuntimeError('import')\n", "RuntimeError: import"),
        ("    district = 'other'\n", "'other'"),
        ("    api = 99\n", "99"),
        ("    def route(self, case):\n        return None\n", "(self, case)"),
        ("    async def route(self, case, facts):\n        return None\n", "Plugin.route"),
        ("    route = 7\n", "7"),
        ("    def __init__(self, tables):\n        raise SystemExit(0)\n", "SystemExit"),
    ],
)
def test_bad_class_is_refused_at_start(hosted: MakeHost, body: str, said: str) -> None:
    """A class that cannot be asked stops the start; the message names the file, the rule and the culprit."""
    host = hosted("qi", body=body)
    with pytest.raises(Misconfigured) as caught:
        host.start()
    assert said in str(caught.value)
    assert "whistle_qi" in str(caught.value)
    assert host.describe()["pid"] is None


def test_slow_import_is_cut(hosted: MakeHost) -> None:
    """A pack that hangs while loading fails within the time for the start, and so does each case."""
    host = hosted("qi", body="    import threading; threading.Event().wait()\n", limits=Limits(start=1.0))
    with pytest.raises(PluginFailed):
        host.start()
    (outcome,) = ask(host, "好")
    assert "1 s" in (outcome.failure or "")


def test_death_at_import_is_a_failure(hosted: MakeHost) -> None:
    """A pack that ends the process while loading is a failure that says so."""
    host = hosted("qi", body="    import os; os._exit(5)\n")
    (outcome,) = ask(host, "好")
    assert "exit 5" in (outcome.failure or "")


def test_callers_queue_up(patient: PluginHost) -> None:
    """Several threads may ask the same host; each gets its own answers."""
    answers: dict[int, list[Outcome]] = {}

    def _ask(number: int) -> None:
        answers[number] = ask(patient, *["好"] * number)

    threads = [threading.Thread(target=_ask, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: number for number in range(1, 6)} == {
        number: len(found) for number, found in answers.items()
    }


def test_many_rosters(hosted: MakeHost) -> None:
    """Cases with different facts in one batch, and more kinds of facts than are remembered, are answered rightly."""
    host = hosted("qi")
    facts = facts_of(host.pack)
    fewer = [
        Request(
            case=a_case("qi"),
            facts=type(facts)(now=facts.now, district="qi", parties=facts.parties[: 2 + count % 4]),
        )
        for count in range(40)
    ]
    for _ in range(3):
        leads = [outcome.decision.lead for outcome in host.decide(fewer) if outcome.decision]
        assert [("water" if 2 + count % 4 > 2 else "desk") for count in range(40)] == leads


def test_empty_batch_starts_nothing(hosted: MakeHost) -> None:
    """Nothing asked, nothing started."""
    host = hosted("qi")
    assert [] == host.decide([])
    assert 0 == host.describe()["starts"]


def test_large_batch(hosted: MakeHost) -> None:
    """A batch far larger than a socket's buffer goes through in one call."""
    host = hosted("qi")
    facts = facts_of(host.pack)
    requests = [Request(case=a_case("qi", text="停水" * 5000), facts=facts) for _ in range(200)]
    assert ["water"] * 200 == [outcome.decision.lead for outcome in host.decide(requests) if outcome.decision]
