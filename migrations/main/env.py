"""How the main database is migrated."""

from portal.migrating import run
from portal.tables import Base

run(Base.metadata)
