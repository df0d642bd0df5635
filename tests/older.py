"""A store as the first version of the program left it: its structure, its rows, no history."""

import pandas as pd
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from geo.database import MIGRATIONS
from geo.store import Store
from geo.tables import utc_now
from tests.region import rows_by_key

FIRST = "0001"


def make_older(url: str, tables: dict[str, pd.DataFrame]) -> None:
    """Make a store of the first structure at `url`, with what it has of `tables`, revision 7."""
    store = Store(url)
    with store._engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
        inspector = sa.inspect(connection)
        for name, rows in rows_by_key(tables).items():
            if not rows or not inspector.has_table(name):
                continue
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            columns = [column["name"] for column in inspector.get_columns(name)]
            connection.execute(
                sa.insert(table), [{c: r[c] for c in columns} for r in rows.values()]
            )
        meta = sa.Table("meta", sa.MetaData(), autoload_with=connection)
        now = utc_now()
        connection.execute(
            sa.insert(meta).values(revision=7, built_revision=7, created=now, changed=now)
        )
    store.close()
