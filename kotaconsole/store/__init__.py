"""What this desk keeps, in two encrypted files: the precious outbox and the cache that can be built again."""

from kotaconsole.store.opening import Store, open_store
from kotaconsole.store.values import Burst, Counts, Cursor, KnownOperator, NewCommand, SeenHead, SlipNumber

__all__ = ["Burst", "Counts", "Cursor", "KnownOperator", "NewCommand", "SeenHead", "SlipNumber", "Store", "open_store"]
