"""Guides, checks and credits."""
