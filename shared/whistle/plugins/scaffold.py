"""
A new district pack that works at once: package, tables, manifest and tests.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from whistle.errors import Invalid, NotAllowedNow
from whistle.plugins.interface import API

_DISTRICT = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_PYPROJECT = Template("""\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "whistle-district-$district"
version = "0.1.0"
description = "Whistle: the district pack of $district"
requires-python = ">=3.11"
dependencies = ["whistle"]

[project.entry-points."whistle.districts"]
$district = "$package:$name"

[tool.hatch.build.targets.wheel]
packages = ["$package"]
""")

_CODE = Template('''\
"""
The pack of $district: the tables in district.toml decide; override a hook only where this district differs.
"""

from __future__ import annotations

from whistle.plugins import Case, Decision, DistrictPlugin, Facts


class $name(DistrictPlugin):
    """Hooks are pure functions: no I/O, no clock (``facts.now``), no random numbers, nothing kept between calls."""

    district = "$district"
    version = "0.1.0"
    api = $api

    def route(self, case: Case, facts: Facts) -> Decision:
        """As the tables say. Also: ``classify(case, facts)`` and ``escalate(case, facts, trigger)``."""
        return super().route(case, facts)
''')

_TABLES = Template("""\
# 单位、网格与默认规则。标题中的关键词计 3 分,正文中的计 1 分,再加 weight,得分最高的一行生效。
# Parties, grid and default rules. A keyword in the title counts 3, in the text 1, weight is added, the best row wins.

[district]
id = "$district"
name = "$district"
duty_desk = "duty-desk"
default_category = "其他/待分类"

# 五类办理时限(小时):即办、补办、承诺、建议、上报。
[hours]
immediate = 24
supplement = 72
commitment = 168
suggestion = 360
report_up = 240

[level_hours]
urgent = 2

# 答复后多少天没有评价就办结。 / A case that nobody rates is closed so many days after its answer.
[answers]
close_after_days = 15

[[levels]]
level = "urgent"
keywords = ["燃气泄漏", "起火", "电梯困人"]

[[handling]]
class = "suggestion"
keywords = ["建议"]

[escalation.overdue]
add = ["street"]
whistle = "major"
hours = 24

[[parties]]
id = "duty-desk"
name = "值班席"
kind = "duty-desk"
channel = "page"

[[parties]]
id = "street"
name = "街道办事处"
kind = "street"
channel = "page"

[[parties]]
id = "property"
name = "物业公司"
kind = "property"
channel = "page"
grid = "grid-1"

[[parties]]
id = "water-company"
name = "自来水公司"
kind = "water"
channel = "queue"

[[parties]]
id = "power-bureau"
name = "供电所"
kind = "electricity"
channel = "queue"

[[grid]]
code = "$district"
kind = "district"
name = "$district"

[[grid]]
code = "grid-1"
parent = "$district"
kind = "grid"
name = "第一网格"

[[rules]]
id = "water"
lead = "water-company"
category = "城乡建设/供水"
keywords = ["停水", "水压", "爆管", "自来水"]

[[rules]]
id = "power"
lead = "power-bureau"
category = "城乡建设/电力供应"
keywords = ["停电", "供电", "电表", "路灯"]

# 联合办理:物业主办,街道协办(吹哨)。
[[rules]]
id = "estate"
lead = "kind:property"
category = "城乡建设/物业服务"
keywords = ["物业", "楼道", "电梯", "保洁"]
co = ["street"]
whistle = "daily"
""")

_TEST = Template('''\
"""
What every pack owes the platform, and what this one decides.
"""

from pathlib import Path

from whistle.plugins.conformance import PackConformance


class Test$name(PackConformance):
    """Ran by pytest, or by ``whistle plugin test``."""

    folder = Path(__file__).parents[1]
    samples = (("电梯坏了", "三号楼电梯坏了两天,物业不修。"),)
    expected = {"小区停水两天": "water-company", "电梯坏了": "property"}
''')

_README = Template("""\
# $district

    pip install -e .            # 安装 / install
    whistle plugin check .      # 检查 / check manifest, tables, signatures
    whistle plugin test .       # 测试 / run the suite every pack inherits

单位、网格和规则在 `$package/district.toml`;与规则不同之处写在 `$package/__init__.py`。
Parties, grid and rules are in `$package/district.toml`; what differs from rules goes into `$package/__init__.py`.
""")


def new_pack(folder: Path, district: str) -> list[Path]:
    """
    Write a working pack into ``folder``, which must not hold anything yet.

    Args:
        folder: made if it is not there.
        district: id in lower-case letters, digits and hyphens.

    Returns the files written.

    Raises:
        Invalid: the district's id cannot be one.
        NotAllowedNow: there is something in the folder.
    """
    if not _DISTRICT.fullmatch(district) or len(district) > 40:
        zh, en = (
            "区县代号只用小写字母、数字和连字符",
            "a district's id has lower-case letters, digits and hyphens only",
        )
        raise Invalid(f"{zh}: {district}", f"{en}: {district}", fields={"district": [en]})
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotAllowedNow(f"{folder} 不是空目录", f"{folder} is not an empty directory")
    package = f"whistle_{district.replace('-', '_')}"
    name = "".join(part.capitalize() for part in district.split("-"))
    words = {"district": district, "package": package, "name": name, "api": API}
    files = {
        folder / "pyproject.toml": _PYPROJECT,
        folder / "README.md": _README,
        folder / package / "__init__.py": _CODE,
        folder / package / "district.toml": _TABLES,
        folder / "tests" / "test_pack.py": _TEST,
    }
    for file, template in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(template.substitute(words), encoding="utf-8")
    return list(files)
