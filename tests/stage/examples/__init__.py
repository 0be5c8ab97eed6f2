"""Two stages that differ only in their handler: `passing.py` and `counting.py` are all that differs."""
