"""People and units: all pages of the administrator."""

from examapp.web.admin import imports, units, users
from examapp.web.admin.room import room

__all__ = ["imports", "room", "units", "users"]
