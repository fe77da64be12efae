"""Exams, for those who sit and those who set them."""

from examapp.web.exams import candidate_views, drafting_views, setting_views
from examapp.web.exams.room import room

__all__ = ["candidate_views", "drafting_views", "room", "setting_views"]
