"""Laws and their editions, as the register knows them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base


class Law(Base):
    """A law by its stable code; titles in both languages."""

    __tablename__ = "laws"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[dict[str, str]]
    short_title: Mapped[dict[str, str]]

    editions: Mapped[list[Edition]] = relationship(
        back_populates="law", order_by="Edition.adopted", lazy="selectin"
    )


class Edition(Base):
    """The text of a law as adopted on a date; facts only, no text."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("law_id", "adopted"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    law_id: Mapped[int] = mapped_column(ForeignKey("laws.id"))
    adopted: Mapped[date] = mapped_column(Date)
    effective: Mapped[date] = mapped_column(Date)
    repealed: Mapped[date | None] = mapped_column(Date)
    articles: Mapped[int]
    chapters: Mapped[int]

    law: Mapped[Law] = relationship(back_populates="editions")
