"""People, units, and how they come in."""
