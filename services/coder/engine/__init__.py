"""The coder's pure core: a note's text in, codes with evidence and queries out. No clock, no I/O, no
randomness.
"""
