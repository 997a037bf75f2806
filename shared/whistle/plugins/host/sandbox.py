"""
What a plugin's process locks itself into before it imports the plugin.

Limits always hold. What the system allows comes on top, and what it does not is left out and reported: another user (for root
only), no network, a read-only file system in which homes, runtime sockets and other processes are not there. Only Linux
is locked in this way.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import zlib
from collections.abc import Iterable
from pathlib import Path

_OWN_USERS = 2_000_000_000
"""From here up user ids belong to nobody on any machine: each district gets one, so that plugins cannot signal each other."""
HIDDEN = ("/home", "/root", "/run", "/tmp", "/var/tmp", "/var/lib", "/dev/shm", "/proc")  # noqa: S108 - hidden, not used
_NOBODY = 65534
_NEWNS, _NEWIPC, _NEWUSER, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION, _CAP_SETFCAP = 0x20080522, 31
_SYS_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _ATTR_RDONLY = 442, -100, 0x8000, 0x1


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clr", "propagation", "userns")]


def limit(*, memory: int) -> None:
    """Address space of ``memory`` bytes, few files, none of them written, no core, no new processes (root is exempt)."""
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (value, value))


def allow_time(seconds: float) -> None:
    """
    From now on at most ``seconds`` of CPU and a little more of wall time; then the kernel ends the process.

    The parent kills earlier; this is for the child whose parent died.
    """
    spent = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(spent.ru_utime + spent.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, seconds + 5)


def rest() -> None:
    """The batch is done: waiting for the next one takes as long as it takes."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def enter(district: str, *, memory: int, keep: Iterable[str]) -> dict[str, str]:
    """
    Lock the process in, as far as allowed; ``keep`` are the paths that code is still imported from.

    Returns what was reached, for people: ``{"user": "own", "network": "none", "files": "read-only", "memory": "512 MB"}``;
    ``"shared"`` stands for what could not be separated.
    """
    there = [Path(path) for path in keep if os.access(path, os.R_OK)]
    paths = sorted({name for path in there for name in (path.absolute(), path.resolve())})
    reached = {"user": "shared", "network": "shared", "files": "shared", "memory": f"{memory // 2**20} MB"}
    if os.uname().sysname == "Linux":
        libc = ctypes.CDLL(None, use_errno=True)
        root = os.geteuid() == 0
        if _separate(libc):
            reached["network"] = "none"
            reached["files"] = _close_files(libc, paths)
        reached["user"] = _change_user(district, libc, paths) if root else "shared"
        _drop_capabilities(libc)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limit(memory=memory)
    return reached


def _separate(libc: ctypes.CDLL) -> bool:
    """Namespaces of one's own for network, mounts and IPC; for those who are not root by way of a user namespace."""
    spaces, user, group = _NEWNET | _NEWIPC | _NEWNS, os.geteuid(), os.getegid()
    if libc.unshare(spaces) == 0:
        return True
    if not _may_map_itself() or libc.unshare(spaces | _NEWUSER) != 0:
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    except OSError:
        return False
    return True


def _may_map_itself() -> bool:
    """Whether a user namespace could keep our user: root needs a capability for that (Linux 5.12), others do not."""
    if os.geteuid() != 0:
        return True
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (effective,) = [line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")]
    return bool(int(effective, 16) >> _CAP_SETFCAP & 1)


def _change_user(district: str, libc: ctypes.CDLL, paths: list[Path]) -> str:
    own = _OWN_USERS + zlib.crc32(district.encode()) % 1_000_000
    if _become(own, paths):
        return "own"
    if _become(_NOBODY, paths):
        return "nobody"
    return "root without capabilities" if _drop_capabilities(libc) else "shared"


def _mount(
    libc: ctypes.CDLL, source: str, target: str, flags: int, *, kind: str = "none", data: str = ""
) -> bool:
    made = libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())
    return bool(made == 0)


def _close_files(libc: ctypes.CDLL, paths: list[Path]) -> str:
    """Cover the hidden places, keep what code is imported from, and make everything read-only."""
    if not _mount(libc, "none", "/", _MS_REC | _MS_PRIVATE):
        return "shared"
    covered = [_cover(libc, place, paths) for place in map(Path, HIDDEN) if place.is_dir()]
    attr = _MountAttr(set=_ATTR_RDONLY)
    size = ctypes.c_size_t(ctypes.sizeof(attr))
    closed = libc.syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, b"/", _AT_RECURSIVE, ctypes.byref(attr), size) == 0
    if not closed:
        return "shared"
    return "read-only" if all(covered) else "read-only, homes visible"


def _cover(libc: ctypes.CDLL, place: Path, paths: list[Path]) -> bool:
    """An empty directory over ``place``, with those of ``paths`` that lie in it bound through."""
    if place in paths:
        return True
    inside = [path for path in paths if place in path.parents]
    tops = [path for path in inside if not any(other in path.parents for other in inside)]
    held = {path: os.open(path, os.O_PATH) for path in tops}
    try:
        if not _mount(
            libc, "tmpfs", str(place), _MS_NOSUID | _MS_NODEV, kind="tmpfs", data="mode=755,size=64k"
        ):
            return False
        bound = [_bind(libc, f"/proc/self/fd/{fd}", path) for path, fd in held.items()]
        return all(bound)
    finally:
        for fd in held.values():
            os.close(fd)


def _bind(libc: ctypes.CDLL, source: str, target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    if Path(source).is_dir():
        target.mkdir()
    else:
        target.touch()
    return _mount(libc, source, str(target), _MS_BIND | _MS_REC)


def _become(user: int, paths: list[Path]) -> bool:
    """Change the user (and group) for good, unless that one does not exist here or could not read the code it has to run."""
    needs = {path: os.R_OK | (os.X_OK if path.is_dir() else 0) for path in paths}
    try:
        os.setgroups([])
        os.setresgid(user, user, 0)
        os.setresuid(user, user, 0)
    except OSError:  # not allowed, or a user namespace that does not map this user
        with contextlib.suppress(OSError):
            os.setresgid(0, 0, 0)
        return False
    if all(os.access(path, need) for path, need in needs.items()):
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        return True
    os.setresuid(0, 0, 0)
    os.setresgid(0, 0, 0)
    return False


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    """A user like any other: root in name only, and nothing left of what a user namespace gave."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    return bool(libc.capset(header, (ctypes.c_uint32 * 6)()) == 0)
