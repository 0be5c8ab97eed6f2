"""Payers: who they are, how long they take claims, and the rules of their own; data in `payers/*.yaml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from services.validator.errors import BadRule
from services.validator.filing import FilingLimit
from services.validator.rulebook import Effective, Form, RuleSpec

BASE = "base"


class Filing(Form):
    """A payer's filing limit: whole years, or days."""

    years: int = 0
    days: int = 0
    reference: str = ""


class PayerFile(Form):
    """One payer's file. `inherits` names the payer whose limits and rules hold where this one is silent."""

    payer: str
    title: str
    inherits: str = ""
    kinds: Annotated[tuple[str, ...], Field(description="Payer kinds that are this payer")] = ()
    payer_ids: Annotated[tuple[str, ...], Field(description="Payer ids that are this payer")] = ()
    filing: Filing | None = None
    contract: Annotated[Effective | None, Field(description="Days of the contract with the payer")] = None
    without: Annotated[
        tuple[str, ...], Field(description="Inherited rules that this payer does not have")
    ] = ()
    rules: tuple[RuleSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer with what it inherited."""

    name: str
    title: str
    filing: FilingLimit | None = None
    rules: tuple[RuleSpec, ...] = ()
    lineage: tuple[str, ...] = ()
    contract: Effective | None = None


@dataclass(frozen=True, slots=True)
class PayerBook:
    """Finds the payer of a coverage: by id first, then by kind, else the base."""

    by_id: Mapping[str, Payer] = field(default_factory=dict)
    by_kind: Mapping[str, Payer] = field(default_factory=dict)
    base: Payer = Payer(BASE, "Any payer")

    def of(self, payer_id: str, kind: str) -> Payer:
        """The payer with that id or of that kind."""
        return self.by_id.get(payer_id) or self.by_kind.get(kind) or self.base

    @property
    def payers(self) -> tuple[Payer, ...]:
        """Every payer once, by name."""
        every = {each.name: each for each in (*self.by_id.values(), *self.by_kind.values(), self.base)}
        return tuple(every[name] for name in sorted(every))


def payer_book(files: Iterable[tuple[str, PayerFile]]) -> PayerBook:
    """The book of these files (source, content); raises `BadRule` for an unknown or circular inheritance."""
    sources = {content.payer: (source, content) for source, content in files}
    payers = {name: _inherit(name, sources, ()) for name in sorted(sources)}
    by_id = {ident: payers[name] for name, (_, content) in sources.items() for ident in content.payer_ids}
    by_kind = {kind: payers[name] for name, (_, content) in sources.items() for kind in content.kinds}
    return PayerBook(by_id, by_kind, payers.get(BASE, Payer(BASE, "Any payer")))


def _inherit(name: str, sources: Mapping[str, tuple[str, PayerFile]], below: tuple[str, ...]) -> Payer:
    source, content = sources[name]
    if not content.inherits:
        above = Payer("", "")
    elif content.inherits not in sources or content.inherits in (*below, name):
        known = (
            "inherits from itself" if content.inherits in (*below, name) else "inherits from an unknown payer"
        )
        raise BadRule(source, "", f"{known}: {content.inherits}")
    else:
        above = _inherit(content.inherits, sources, (*below, name))
    own = {rule.id for rule in content.rules}
    kept = tuple(rule for rule in above.rules if rule.id not in own and rule.id not in content.without)
    filing = above.filing
    if content.filing is not None:
        filing = FilingLimit(content.filing.years, content.filing.days, content.filing.reference)
    return Payer(
        name, content.title, filing, (*kept, *content.rules), (*above.lineage, name), content.contract
    )
