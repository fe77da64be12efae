"""Tables, engine and migrations; no rules."""
