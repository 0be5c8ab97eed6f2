"""The table of every edit for docs/edits.md: reference, data, severity, tests; made from the rules."""

from collections import Counter
from collections.abc import Iterable, Iterator

from services.contracts.base import Outcome
from services.validator.catalog import Catalog
from services.validator.rules import Rule

HEAD = """# Edits

Every edit of the validator, made by `claimstream rules table` from the rules themselves; do not edit by hand.
`Data`: the tables it needs beyond the claim (without them the verdict is `not_checked`). `Tests`: its own
examples, by verdict; `claimstream rules test` runs them, and so does the test suite. CARC and RARC are the
numbers that a payer would answer with.
"""


def edit_table(catalog: Catalog) -> Iterator[str]:
    """The page, line by line."""
    yield from HEAD.splitlines()
    yield ""
    yield from _table("For every payer", catalog.rules)
    for name, rules in sorted(catalog.by_payer.items()):
        own = [rule for rule in rules if rule.id not in _inherited(catalog, name)]
        if own:
            payer = next(each for each in catalog.payers.payers if each.name == name)
            yield ""
            yield from _table(f"{payer.title} (`{name}`)", own)
    cases = sum(len(rule.spec.examples) for rule in catalog.every)
    yield ""
    yield f"{len(catalog.every)} edits, {cases} examples."


def _inherited(catalog: Catalog, name: str) -> set[str]:
    payer = next(each for each in catalog.payers.payers if each.name == name)
    return {rule.id for above in payer.lineage[:-1] for rule in catalog.by_payer.get(above, ())}


def _table(title: str, rules: Iterable[Rule]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield "| edit | what it asks | reference | severity | data | CARC/RARC | tests |"
    yield "|---|---|---|---|---|---|---|"
    for rule in sorted(rules, key=lambda each: each.id):
        yield _row(rule)


def _row(rule: Rule) -> str:
    spec = rule.spec
    counts = Counter(example.outcome for example in spec.examples)
    tests = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
    severity = spec.severity.value + (" (shadow)" if spec.shadow else "")
    reasons = "/".join(filter(None, (spec.carc, spec.rarc)))
    data = ", ".join(spec.needs) or ("the patient's history" if spec.history_days else "the claim")
    cells = (f"`{spec.id}`", spec.title, spec.reference, severity, data, reasons, tests)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
