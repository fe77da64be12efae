"""INSERT … ON CONFLICT DO NOTHING, written the same way for both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_unless_there(db: Session, table: Any) -> Any:
    """An INSERT that a unique constraint turns into nothing; chain `.values(…)` to it."""
    make = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    # The table itself, not its class: parameters of the statement then pass through untouched.
    return make(table.__table__).on_conflict_do_nothing()
