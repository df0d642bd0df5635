"""The database's structure in named steps, run by Alembic; `geo.database` lists them."""
