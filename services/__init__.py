"""The rooms of Claimstream: see docs/ARCHITECTURE.md."""
