"""Reads and writes files; knows neither the database nor the web."""
