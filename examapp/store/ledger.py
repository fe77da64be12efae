"""The append-only record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from examapp.store.base import Base


class LedgerEntry(Base):
    """One chained fact; the database refuses to change or delete it."""

    __tablename__ = "ledger_entries"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    actor: Mapped[str | None]
    subject: Mapped[str] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
