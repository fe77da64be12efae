"""What is new in the law, and the calendar of anniversaries and publicity days."""
