"""The gate: only promises that were measured, from one parser for the option and the environment."""

import pytest

from services.coder.engine.tables import table
from services.coder.errors import GateError
from services.coder.gate import PROMISE, VARIABLE, promised, threshold


@pytest.fixture(autouse=True)
def nothing_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_the_default_was_measured() -> None:
    assert promised() == promised("") == PROMISE
    assert 0.5 <= threshold(PROMISE) <= 1


def test_an_option_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1.0")
    assert promised() == 1
    assert promised(f" {PROMISE:.4f}") == PROMISE


def test_a_higher_promise_lets_less_through() -> None:
    measured = [threshold(promise) for promise in sorted(table("confidence")["gates"])]
    assert measured == sorted(measured)
    assert measured[-1] <= 1 < threshold(1)


@pytest.mark.parametrize("stated", ["0.7", "0", "nan", "2", "-1", "abc"])
def test_a_promise_that_nobody_measured_is_refused(stated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, stated)
    with pytest.raises(GateError, match=rf"gate {stated}: .*there are .*{PROMISE}.*, and 1 sends"):
        promised()
