"""Between this desk and the hub: what is new comes in, what was saved goes out, and the link is watched."""

from kotaconsole.sync.engine import Engine
from kotaconsole.sync.values import Heard, SyncSettings

__all__ = ["Engine", "Heard", "SyncSettings"]
