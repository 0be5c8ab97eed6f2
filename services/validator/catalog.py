"""Loading the rules: the package's own edits, its payers, and a folder of the user's."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import ValidationError

from services.validator.checks import REGISTRY
from services.validator.declared import declared
from services.validator.engine import Engine
from services.validator.errors import BadRule
from services.validator.payers import PayerBook, PayerFile, payer_book
from services.validator.rulebook import RuleFile, RuleSpec
from services.validator.rules import Rule

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PACKAGE: Final = "services.validator"
NOT_RULES: Final = frozenset({"cases.yaml"})
_F = TypeVar("_F", RuleFile, PayerFile)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every rule and payer, with the version of the whole."""

    rules: tuple[Rule, ...]
    payers: PayerBook
    by_payer: dict[str, tuple[Rule, ...]]
    version: str

    @property
    def catalog(self) -> "Catalog":
        """Itself: a catalog in memory is where its rules come from."""
        return self

    def refresh(self) -> bool:
        """Rules in memory stay as they are."""
        return False

    @property
    def every(self) -> tuple[Rule, ...]:
        """Every rule once, in the order of ids."""
        found = {rule.id: rule for rules in (self.rules, *self.by_payer.values()) for rule in rules}
        return tuple(found[name] for name in sorted(found))

    def engine(self) -> Engine:
        """An engine over these rules."""
        return Engine(self.rules, self.by_payer)


def read_yaml(text: str, source: str) -> Any:  # noqa: ANN401 (whatever the file holds)
    """The content of a YAML text; raises `BadRule`."""
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 (one of the two safe loaders)
    except yaml.YAMLError as error:
        raise BadRule(source, "", f"is not YAML: {error}") from None


@cache
def builtin() -> Catalog:
    """The rules of the package."""
    return load()


def load(folder: Path | None = None) -> Catalog:
    """The package's rules, and the user's folder on top of them.

    A file with `rules` at its top holds for everybody, one with `payer` is a payer; a payer of the same
    name as ours replaces it.

    Raises:
        BadRule: any file is not as it should be; nothing of the folder is used then.
    """
    package = files(_PACKAGE)
    sources = [(entry.name, entry.read_text(encoding="utf-8")) for entry in _yaml_files(package / "edits")]
    payer_sources = [
        (entry.name, entry.read_text(encoding="utf-8")) for entry in _yaml_files(package / "payers")
    ]
    own = [(path.name, _text(path)) for path in user_files(folder)]
    digest = sha256("\x1e".join(text for _, text in (*sources, *payer_sources, *own)).encode()).hexdigest()
    return _assemble((*sources, *payer_sources, *own), digest[:12])


def _yaml_files(folder: Traversable) -> list[Traversable]:
    return sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml") and entry.name not in NOT_RULES),
        key=lambda entry: entry.name,
    )


def user_files(folder: Path | None) -> list[Path]:
    """The rule files of a user's folder; raises `BadRule` where it is no folder."""
    if folder is None:
        return []
    if not folder.is_dir():
        raise BadRule(str(folder), "", "is not a folder of rule files")
    return sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRule(path.name, "", f"cannot be read as UTF-8 text ({type(error).__name__})") from None


def _assemble(sources: tuple[tuple[str, str], ...], version: str) -> Catalog:
    rules: dict[str, Rule] = {}
    payers: dict[str, tuple[str, PayerFile]] = {}
    for source, text in sources:
        content = read_yaml(text, source)
        if isinstance(content, dict) and "payer" in content:
            payer = parse(PayerFile, content, source)
            payers[payer.payer] = (source, payer)
        else:
            for spec in parse(RuleFile, content, source).rules:
                if spec.id in rules:
                    raise BadRule(source, spec.id, "another rule has this id")
                rules[spec.id] = ready(spec, source)
    book = payer_book(payers.values())
    by_payer = {each.name: tuple(ready(spec, each.name) for spec in each.rules) for each in book.payers}
    for name, own in by_payer.items():
        for rule in own:
            if rule.id in rules:
                raise BadRule(name, rule.id, "another rule has this id")
    return Catalog(tuple(rules.values()), book, by_payer, version)


def parse(form: type[_F], content: Any, source: str) -> _F:  # noqa: ANN401 (whatever the file holds)
    """A file's content in its form; raises `BadRule` with the place of the first error."""
    try:
        return form.model_validate(content)
    except ValidationError as error:
        raise BadRule(source, "", "; ".join(_places(error, content))) from None


def _places(error: ValidationError, content: Any) -> Iterator[str]:  # noqa: ANN401
    for each in error.errors(include_input=False, include_url=False):
        place = list(each["loc"])
        if len(place) > 1 and place[0] == "rules" and isinstance(place[1], int):
            name = (
                content["rules"][place[1]].get("id", place[1])
                if isinstance(content["rules"][place[1]], dict)
                else ""
            )
            place = [name, *place[2:]]
        yield f"{'.'.join(map(str, place))}: {each['msg']}"


def ready(spec: RuleSpec, source: str) -> Rule:
    """A rule with its function; raises `BadRule`."""
    if spec.check and spec.check not in REGISTRY:
        raise BadRule(
            source, spec.id, f"there is no check {spec.check!r}; known: {', '.join(sorted(REGISTRY))}"
        )
    if spec.check and spec.require:
        raise BadRule(source, spec.id, "has both a check and an expression in require")
    if not spec.check:
        return Rule(spec, declared(spec, source))
    registered = REGISTRY[spec.check]
    try:
        return Rule(spec, registered.check, registered.prepare(spec.options), registered.of_line)
    except (KeyError, TypeError, ValueError) as error:
        raise BadRule(source, spec.id, f"with: {type(error).__name__} {error}") from None
