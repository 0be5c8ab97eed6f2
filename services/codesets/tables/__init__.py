"""Views of the imported tables: one module per family, each answering in the words of its source."""
