"""The question bank: its views, gathered."""

from examapp.web.bank import item_views, reading_views, writing_views
from examapp.web.bank.room import room

__all__ = ["item_views", "reading_views", "room", "writing_views"]
