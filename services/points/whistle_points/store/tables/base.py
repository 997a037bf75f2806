"""
The metadata that all tables of points share, with the kit's tables.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import kit_tables

metadata = sa.MetaData()
kit = kit_tables(metadata)
