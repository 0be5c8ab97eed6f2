"""What the documentation supports of the services that were charged: visits, drugs, telehealth.

Pure, like the rest of the coder. It compares and reports; no charge is ever changed by what is found here,
but for the defaults of telehealth that the site's payers ask for, each with its reason.

    chart.py        the notes of an encounter, read once, and words in them findings.py     what was found,
    as a verdict with its reference visit_*.py      evaluation and management: families, problems, data,
    risk, time, level drugs.py        doses in the note to billing units of HCPCS; drug_lines.py compares
    them with what was charged telehealth.py   modality and place, modifiers by payer and date pointers.py
    which diagnoses a line was done for review.py       all of it over one encounter
"""
