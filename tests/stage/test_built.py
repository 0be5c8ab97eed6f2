"""A service that cannot be built says what is wrong with its set-up, and that no restart helps."""

import pytest

from services.coder.errors import GateError
from services.stage.app import built
from services.stage.errors import FencedError, SettingsError
from services.stage.model import Stage


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (GateError("not measured"), SettingsError),
        (FencedError("x"), FencedError),
        (ValueError("x"), ValueError),
    ],
)
def test_only_what_ours_say_on_purpose_is_a_matter_of_the_set_up(
    error: Exception, becomes: type[Exception]
) -> None:
    def build() -> Stage:
        raise error

    with pytest.raises(becomes, match=str(error)) as told:
        built(build)
    assert type(told.value) is becomes
