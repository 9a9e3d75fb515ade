"""How the main database is migrated: in the transaction that the caller opened."""

from alembic import context
from sqlalchemy import Connection

from portal.tables import Base


def run() -> None:
    """Run the migrations on the connection that was handed over."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    context.run_migrations()


run()
