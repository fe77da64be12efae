"""The question bank in the database."""
