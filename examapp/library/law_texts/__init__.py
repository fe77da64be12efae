"""Reads the files in which law texts come, whatever their format, as values with a report."""
