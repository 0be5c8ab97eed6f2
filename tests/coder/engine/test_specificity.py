"""Which words lead from a code to the codes below it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.engine import specificity
from services.coder.terminology.index import terminology

CATEGORIES = ("E11", "I50", "J45", "N18", "O24.4", "S52", "S83.2", "M54", "L89", "F32")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_words_that_are_not_decisive_lead_nowhere_else(data: st.DataObject) -> None:
    vocabulary = terminology()
    code = data.draw(st.sampled_from(CATEGORIES))
    heard = sorted(specificity.heard(code, vocabulary))
    some = st.frozensets(st.sampled_from(heard), max_size=8)
    said, sayable = data.draw(some), data.draw(some)
    decisive = specificity.decisive(code, said, sayable, vocabulary)
    more = said | (sayable - decisive)
    assert decisive <= sayable - said
    assert specificity.descend(code, more, vocabulary) == specificity.descend(code, said, vocabulary)


def test_only_a_way_that_can_be_completed_is_decisive() -> None:
    details = frozenset(("stage3", "stage3a", "chronic"))
    for said, sayable, decisive in (
        ((), details, {"stage3", "chronic"}),
        ((), details - {"chronic"}, set()),
        (("chronic", "stage3"), details, {"stage3a"}),
    ):
        assert specificity.decisive("N18", frozenset(said), sayable, terminology()) == decisive


def test_words_that_tell_two_codes_tell_the_unspecified_one() -> None:
    for category, said, code in (
        ("M71", {"bursitis"}, "M71.9"),
        ("L40.5", {"psoriasis", "arthropathy"}, "L40.50"),
        ("A37", {"pertussis"}, "A37.90"),
        ("G06", {"spine", "epidural", "abscess"}, "G06.1"),
    ):
        assert specificity.descend(category, frozenset(said), terminology())[0] == code
