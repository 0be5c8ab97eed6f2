"""Which notes count as long ones in the comparison, for all contenders."""

PAGE = 1_500
"""Characters of a note of about a page."""
