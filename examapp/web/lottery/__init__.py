"""The lottery that anyone can re-run: what was committed to, the bundle, one's own papers."""
