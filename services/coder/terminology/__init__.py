"""The coder's vocabulary: what clinicians write, and the ICD-10-CM code that a coder gives it.

Built once from the tabular list, curated everyday terms, MeSH and HPO synonyms (and CDC's Alphabetic Index
where the user imported it), written in a compiled form under the project's home, opened in well under a
second.
"""
