"""Run by Alembic: carry out the steps on the connection the store hands over."""

from alembic import context

connection = context.config.attributes["connection"]
# The store has begun the transaction: all steps are done, or none.
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
