"""Reports of one's own unit."""
