"""Closed batches become 837 files, each once: what a clearinghouse's upload takes from a folder.

`collector` finds out which batches are complete, `interchange` writes one, `folder` keeps what was written.
"""
