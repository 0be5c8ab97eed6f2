"""X12 005010: claims out (837P, 837I), answers in (999, TA1, 277CA, 835).

Writing: `envelope` (ISA to IEA) around `professional` and `institutional`, which take their loops from
`parties`, `situational`, `adjudicated` and `lines`; `text` keeps characters and lengths; `gaps` and `coded`
say why a claim cannot be written. `check` judges a file beyond its syntax. Reading: `tokens`, then `reading`.
"""
