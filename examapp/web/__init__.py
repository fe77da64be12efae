"""The web floor: load what is yours, ask a service, answer."""
