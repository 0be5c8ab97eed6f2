"""Import of official files: recognised by content, refused whole or taken whole.

source      a file, opened: unzipped, decoded, told apart from a web page
editions    which days a file is for: option, name and content must not contradict each other
draft       what an importer hands over: a table, an edition, and how to write it
csvs        rows of a CSV with line numbers and the official headers
recognise   the importers in the order they are asked
install     compile drafts, switch the manifest
ptp, mue, add_on, fee_schedule, hcpcs, cpt, icd10, icd10_index, places, coverage   one table family each
"""
