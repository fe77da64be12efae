"""The yearly sheet and what counts on it."""
