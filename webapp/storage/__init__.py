"""Large things that are kept: recordings, encrypted before they leave this process, on a disk or in an object store."""

from webapp.storage.joined import joined
from webapp.storage.sealed import CannotOpen
from webapp.storage.store import NotStored, StorageAway, StorageFull, Store
from webapp.storage.vault import Vault, of

__all__ = ["CannotOpen", "NotStored", "StorageAway", "StorageFull", "Store", "Vault", "joined", "of"]
