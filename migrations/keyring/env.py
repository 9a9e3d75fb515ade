"""How the keyring database is migrated."""

from portal.migrating import run
from portal.tables import KeyringBase

run(KeyringBase.metadata)
