"""Exams from the draft to the released result."""
