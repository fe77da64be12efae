"""What waits for a person when they come in, by role."""
