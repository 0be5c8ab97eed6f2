"""Expressions of rules: Google's Common Expression Language, checked against the fields' types when loaded.

Why CEL and this library: docs/decisions/0040-rule-expressions.md. An expression cannot loop, call out or
change anything; it is compiled once and evaluated with the few fields that it names.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from cel_expr_python import cel

from services.validator.errors import ExpressionError
from services.validator.fields import FIELDS, Target, reader

_TYPES: Final[Mapping[str, Any]] = {
    "string": cel.Type.STRING,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "bool": cel.Type.BOOL,
    "list": cel.Type.List(cel.Type.STRING),
}
_REMEMBERED: Final = 4096
_NAME: Final = re.compile(r"\b(?:claim|line|diagnosis)\.[a-z_]+")
_FAMILIES: Final = {"claim": ("claim",), "line": ("claim", "line"), "diagnosis": ("claim", "diagnosis")}


@cache
def _environment(each: str) -> Any:  # noqa: ANN401 (the library's own class)
    variables = {
        name: _TYPES[info.type] for name, info in FIELDS.items() if name.partition(".")[0] in _FAMILIES[each]
    }
    return cel.NewEnv(variables=variables)


class Expression:
    """A compiled expression that is true or false of a target; the answers to the same values are kept."""

    __slots__ = ("_compiled", "_known", "_readers", "names", "text")

    def __init__(self, text: str, each: str) -> None:
        """Compile.

        Args:
            text: the expression.
            each: what it judges: `claim`, `line` or `diagnosis`; the other families are not known to it.

        Raises:
            ExpressionError: it is not CEL, names an unknown field, mixes types, or is not true or false.
        """
        self.text = text
        self._known: dict[tuple[Any, ...], bool] = {}
        try:
            self._compiled = _environment(each).compile(text)
        except RuntimeError as error:
            raise ExpressionError(_first_line(str(error))) from None
        if self._compiled.return_type() != cel.Type.BOOL:
            raise ExpressionError(f"gives {self._compiled.return_type().name()}, not true or false")
        self.names = tuple(name for name in sorted(set(_NAME.findall(text))) if name in FIELDS)
        self._readers = tuple(map(reader, self.names))

    def __call__(self, target: Target) -> bool:
        """Whether it holds of a target; raises `ExpressionError` where it cannot be evaluated."""
        values = tuple([read(target) for read in self._readers])
        known = self._known.get(values)
        return self._evaluated(values) if known is None else known

    def _evaluated(self, values: tuple[Any, ...]) -> bool:
        data = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in zip(self.names, values, strict=True)
        }
        answer = self._compiled.eval(data=data).value()
        if not isinstance(answer, bool):
            raise ExpressionError("could not be evaluated")
        if len(self._known) < _REMEMBERED:
            self._known[values] = answer
        return answer


def _first_line(message: str) -> str:
    return message.splitlines()[0].removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: <input>:")
