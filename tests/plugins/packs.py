"""
Packs made on the spot: a folder with a package, its tables and its dist-info, as an installer would leave it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from whistle.contracts.plugin import Case, Facts, History
from whistle.plugins.loader import Pack

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)

TABLES = """
[district]
id = "{district}"
name = "测试区"
duty_desk = "desk"
default_category = "其他/待分类"

[hours]
immediate = 24
supplement = 72
commitment = 168
suggestion = 360
report_up = 240

[level_hours]
urgent = 2

[[levels]]
level = "urgent"
keywords = ["爆炸"]

[[handling]]
class = "suggestion"
keywords = ["建议"]

[escalation.overdue]
add = ["street"]
whistle = "major"
hours = 12

[[parties]]
id = "desk"
name = "值班席"
kind = "duty"
channel = "page"

[[parties]]
id = "street"
name = "街道"
kind = "street"

[[parties]]
id = "water"
name = "自来水公司"
kind = "water"

[[parties]]
id = "estate-a"
name = "甲物业"
kind = "property"
grid = "g1"

[[parties]]
id = "estate-b"
name = "乙物业"
kind = "property"
grid = "g2"

[[grid]]
code = "top"
kind = "district"
name = "测试区"

[[grid]]
code = "g1"
parent = "top"
kind = "grid"
name = "第一网格"

[[grid]]
code = "g2"
parent = "top"
kind = "grid"
name = "第二网格"

[[rules]]
id = "water"
lead = "water"
category = "城乡建设/供水"
keywords = ["停水", "水压"]

[[rules]]
id = "burst"
lead = "water"
category = "城乡建设/供水"
keywords = ["爆管"]
co = ["kind:property"]
whistle = "daily"

[[rules]]
id = "estate"
lead = "kind:property"
category = "城乡建设/物业服务"
keywords = ["物业", "保洁"]
"""

CODE = """
from whistle.plugins import DistrictPlugin

class Plugin(DistrictPlugin):
    district = "{district}"
    version = "1.2.3"
    api = 1
{body}
"""

# What the title of a case makes this plugin do.
NAUGHTY = """
    def route(self, case, facts):
        import ctypes, dataclasses, os, signal, socket, sys, threading
        from whistle.plugins import Decision
        good = super().route(case, facts)
        match case.title:
            case "raise":
                raise ValueError("坏了")
            case "exit":
                sys.exit(3)
            case "_exit":
                os._exit(7)
            case "wait":
                threading.Event().wait()
            case "spin":
                while True:
                    pass
            case "memory":
                return [bytearray(64 * 2**20) for _ in range(32)]
            case "segfault":
                ctypes.string_at(0)
            case "stranger":
                return dataclasses.replace(good, lead="nobody-knows")
            case "none":
                return None
            case "types":
                return dataclasses.replace(good, lead=7)
            case "nan":
                return dataclasses.replace(good, handle_hours=float("nan"))
            case "object":
                return dataclasses.replace(good, lead=object())
            case "alone":
                return dataclasses.replace(good, whistle_class="daily", co_handlers=())
            case "huge":
                reason = dataclasses.replace(good.reasons[0], evidence="长" * 2**20)
                return dataclasses.replace(good, reasons=(reason,) * 4)
            case "print":
                for _ in range(20_000):
                    print("说" * 100)
                sys.stderr.write("last word\\n")
                sys.stdout.flush()
            case "chatter":
                while True:
                    os.write(1, b"x" * 65536)
            case "hang up":
                os.closerange(0, 64)
                threading.Event().wait()
            case "forge":
                for number in range(3, 64):
                    try:
                        os.write(number, b"\\\\x7f\\\\xff\\\\xff\\\\xff")
                    except OSError:
                        pass
            case "answer twice":
                import gc
                from whistle.plugins.host.child import _Channel
                from whistle.plugins.host.wire import frame
                (channel,) = [found for found in gc.get_objects() if isinstance(found, _Channel)]
                for number in range(3):
                    channel.send(frame({"number": number, "decision": good.to_json()}))
            case "fork":
                if os.fork() == 0:
                    signal.pause()
            case "network":
                socket.create_connection(("127.0.0.1", int(case.text)), timeout=0.5)
            case "write":
                with open(case.text, "w") as file:
                    file.write("x")
            case "read":
                with open(case.text) as file:
                    return dataclasses.replace(good, lead=file.read())
            case "environment":
                reason = dataclasses.replace(good.reasons[0], evidence=" ".join(sorted(os.environ)))
                return dataclasses.replace(good, reasons=(reason,))
        return good
"""


def write_pack(
    folder: Path, district: str, *, body: str = "    pass\n", tables: str = TABLES, entry: str = ""
) -> Path:
    """
    Lay a pack out under ``folder`` (to be put on sys.path); returns the folder of its package.

    ``body`` is the body of the class; ``entry`` overrides what the entry point names.
    """
    package = folder / f"whistle_{district}"
    package.mkdir(parents=True)
    (package / "district.toml").write_text(tables.replace("{district}", district), encoding="utf-8")
    (package / "__init__.py").write_text(
        CODE.replace("{district}", district).replace("{body}", body), encoding="utf-8"
    )
    info = folder / f"whistle_district_{district}-1.2.3.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: whistle-district-{district}\nVersion: 1.2.3\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        f"[whistle.districts]\n{district} = {entry or f'whistle_{district}:Plugin'}\n", encoding="utf-8"
    )
    return package


def a_case(
    district: str, title: str = "小区停水", text: str = "今天停水了", *, grid: str | None = None
) -> Case:
    """A case filed now."""
    return Case(no="26-00001-7", district=district, title=title, text=text, grid=grid, filed_at=NOW)


def facts_of(pack: Pack, *, history: History | None = None) -> Facts:
    """The facts of a pack's own tables."""
    return Facts(
        now=NOW,
        district=pack.district,
        parties=pack.tables.parties,
        grid=pack.tables.grid,
        history=history or History(),
    )
