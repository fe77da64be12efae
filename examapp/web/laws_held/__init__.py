"""What the law's changes hold back, for trainers."""
