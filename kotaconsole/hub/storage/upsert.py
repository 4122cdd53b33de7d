"""INSERT ... ON CONFLICT, in the one form that both databases take.

SQLAlchemy has this statement once per dialect. PostgreSQL's form also compiles for SQLite, which took its syntax over;
the other way round it fails. So every room writes it through this name, and none is tied to SQLite by it.
"""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert

__all__ = ["Insert", "upsert"]
