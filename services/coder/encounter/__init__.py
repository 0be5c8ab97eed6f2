"""From a normalised encounter to a coded one: the EHR's diagnoses, the notes, the visit itself, the charges,
decisions.

Pure: every function takes the event and the tables and gives values. No clock, no I/O, no randomness.
"""
