"""The data plane: consume, handle, produce, exactly once, on Kafka or in memory.

Generic: it moves bytes and calls a `Handler`, and knows nothing of what the bytes mean. Read
`model.py` for what a stage is, `loop.py` for what happens to a record, `docs/stage.md` for why.
"""
