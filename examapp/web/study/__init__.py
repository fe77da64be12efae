"""The shelf, guides, checks and notes."""
