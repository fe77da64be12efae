"""Exams, for those who sit and those who set them."""
