"""Practice: by topic, one's own wrong items, mock exams; nothing of it counts."""
