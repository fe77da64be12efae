"""Everything that a score rests on, computed again and compared with the record."""
