"""The rules: pure Python, with no Flask, no database, no clock, no chance and no files."""
