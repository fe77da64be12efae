"""Exams, for those who sit and those who set them."""

from examapp.web.exams import (
    candidate_views,
    day_person_views,
    day_views,
    drafting_views,
    excuse_views,
    setting_views,
    slot_views,
)
from examapp.web.exams.room import room

__all__ = [
    "candidate_views",
    "day_person_views",
    "day_views",
    "drafting_views",
    "excuse_views",
    "room",
    "setting_views",
    "slot_views",
]
