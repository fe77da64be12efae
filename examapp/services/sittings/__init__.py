"""Sitting an exam: start, save, hand in, look at the result."""
