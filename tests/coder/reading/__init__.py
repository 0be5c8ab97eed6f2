"""Tests of how a note is read."""
