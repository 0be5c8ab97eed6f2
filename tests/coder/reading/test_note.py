"""Properties of every note read: exact offsets, sections that tile, and no exception whatever the text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.reading import Currency, Note, SectionKind, read
from tests.coder.reading import cases

HEADINGS = ["HPI:", "Assessment:", "PLAN", "S: ", "A: ", "P:", "- ", "• ", "1. ", "# ", "Denies:"]
TRIGGERS = [
    "no ",
    "denies ",
    "Mother ",
    "if ",
    "possible ",
    "history of ",
    "vs ",
    "fever",
    ", ",
    ". ",
    "Dr. ",
]
ODDITIES = ["\n", "\n\n", "\r\n", "\t", "(", ")", "é", "胸痛", "\u0130", "\u2019", "x" * 70]
PIECES = st.sampled_from([*HEADINGS, *TRIGGERS, *ODDITIES])
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


def check(note: Note) -> None:
    text = note.text
    assert len(note.folded) == len(text)
    assert note.sections[0].start == 0
    assert note.sections[-1].end == len(text)
    for section, following in zip(note.sections, note.sections[1:], strict=False):
        assert section.end == following.start
    for section in note.sections:
        assert (
            section.start
            <= section.heading.start
            <= section.heading.end
            <= section.body.start
            <= section.body.end
        )
        quoted = text[section.heading.start : section.heading.end]
        assert quoted == quoted.strip()
    previous = 0
    for sentence in note.sentences:
        assert previous <= sentence.start < sentence.end
        previous = sentence.end
        quoted = text[sentence.start : sentence.end]
        assert quoted == quoted.strip()
        section = note.sections[sentence.section]
        assert section.start <= sentence.start < sentence.end <= section.end
        assert note.sentence_at(sentence.start) == sentence
        assertion = note.context_at(sentence.start, sentence.end)
        for trigger in assertion.triggers:
            assert 0 <= trigger.start <= trigger.end <= len(text)
            assert trigger.flag in assertion.flags
        assert note.currency(sentence.start, sentence.end) in Currency
    for problem in note.problems:
        assert (
            problem.title.start < problem.title.end <= problem.body.end
            or problem.body.start == problem.body.end
        )
        assert text[problem.title.start : problem.title.end].strip()
        for part in problem.parts:
            assert problem.body.start <= part.span.start <= part.span.end <= problem.body.end


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_offsets_are_exact_for_any_text(text: str) -> None:
    check(read(text))


def test_offsets_are_exact_for_own_notes() -> None:
    for case in cases.load("notes"):
        note = read(case["note"])
        check(note)
        for problem in note.problems:
            assert note.problem_at(problem.title.start) is not None


@settings(deadline=None, max_examples=100)
@given(TEXTS, st.integers(-5, 300), st.integers(0, 50))
def test_any_place_may_be_asked_about(text: str, start: int, length: int) -> None:
    note = read(text)
    note.context_at(start, start + length)
    note.currency(start, start + length)
    note.problem_at(start)
    note.part_at(start)
    assert note.section_at(start) in note.sections


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=300))
def test_binary_garbage_is_read(data: bytes) -> None:
    check(read(data.decode("latin-1")))


def test_same_text_same_reading() -> None:
    text = cases.load("notes")[1]["note"]
    first = read(text)
    read("something else. No fever.")
    again = read(text)
    assert first == again
    spans = [(sentence.start, sentence.end) for sentence in first.sentences]
    assert [first.context_at(*span) for span in reversed(spans)] == [
        again.context_at(*span) for span in spans
    ][::-1]


def test_no_text_of_the_note_shows_in_its_repr() -> None:
    assert "chlamydia" not in repr(read("HPI: exposure to chlamydia. Chlamydia test sent."))


def test_an_empty_note_and_another_language() -> None:
    assert [section.kind for section in read("").sections] == [SectionKind.UNLABELLED]
    assert read("").sentences == ()
    german = read("Der Patient klagt über Husten. Kein Fieber.")
    assert len(german.sentences) == 2
    assert german.problems == () or german.problems[0].title.start >= 0


def test_one_letter_above_a_list_is_the_plan_and_one_in_running_text_is_not() -> None:
    listed = read("OB visit\nFHT 144\n\nP:\n- Anemia: iron\n- Tdap today\n")
    assert [section.kind for section in listed.sections][-1] is SectionKind.PLAN
    apart = read("Seen today.\nP: 88\nNo complaint.\n")
    assert SectionKind.PLAN not in [section.kind for section in apart.sections]
