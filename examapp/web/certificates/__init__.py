"""Certificates of legal knowledge."""
