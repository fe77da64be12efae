"""All pages of the desk: importing texts, coverage."""

from examapp.web.law_desk import coverage_views, import_views
from examapp.web.law_desk.room import room

__all__ = ["coverage_views", "import_views", "room"]
