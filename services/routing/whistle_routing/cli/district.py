"""
``whistle district …``.
"""

from __future__ import annotations

import json

from whistle.plugins.loader import load_packs
from whistle.privacy import KeyRing
from whistle.runtime.services import open_database
from whistle.settings import load_settings, with_secret
from whistle_routing.cli.opening import AsJson, group
from whistle_routing.handlers import load_organisations
from whistle_routing.service import RoutingService

district = group("区:组织机构 / districts: organisation")


@district.command("list")
def list_districts(as_json: AsJson = False) -> None:
    """列出已安装的区 / list the installed districts."""
    rows = [
        {
            "district": name,
            "name": pack.tables.name,
            "plugin": pack.plugin,
            "version": pack.version,
            "parties": len(pack.tables.parties),
            "grid_nodes": len(pack.tables.grid),
        }
        for name, pack in sorted(load_packs().items())
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        parts = f"{row['parties']} 个单位 / parties, {row['grid_nodes']} 个网格 / grid nodes"
        print(f"{row['district']:<12} {row['name']:<10} {row['plugin']} {row['version']}: {parts}")


@district.command("load")
def load_districts() -> None:
    """把各区包中的组织机构载入路由库 / load the packs' organisation into routing's database."""
    settings = load_settings()
    packs = load_packs(settings.districts or None)
    database = open_database(RoutingService, settings)
    try:
        load_organisations(database, packs, keys=lambda: KeyRing(with_secret(settings)))
    finally:
        database.close()
    print(f"已载入 / loaded: {', '.join(sorted(packs))}")
