"""What payers answer: 999, TA1, 277CA and 835, read into claim events.

`read(file)` gives the events of everything in a file that can be trusted, and every fault with its place.
"""

from services.claims.answers.document import Answers, read

__all__ = ["Answers", "read"]
