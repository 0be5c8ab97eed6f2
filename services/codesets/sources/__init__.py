"""Readers of the sources the built-in tables are compiled from."""
