"""Does the database answer?"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def require_answer(db: Session) -> None:
    """Ask the database the smallest question; its error passes through."""
    db.execute(text("SELECT 1")).scalar_one()
