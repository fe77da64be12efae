"""The yearly sheet."""
