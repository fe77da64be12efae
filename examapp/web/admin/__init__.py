"""People and units."""
