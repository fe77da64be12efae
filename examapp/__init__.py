"""Study law and be examined on it: the platform."""
