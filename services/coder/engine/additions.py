"""Codes that the documentation adds to those of the terms: long-term drugs, body mass index, sequelae, drugs
as causes.

What calls for what is data: `data/additions.yaml`.
"""

import re
from datetime import date
from functools import cache
from typing import Any, Final

from services.coder.engine import (
    assertion,
    body_mass,
    burns,
    culprits,
    drugs,
    ended,
    examined,
    eyes,
    forsaken,
    measured,
    mistakes,
    newborn,
    nihss,
    obstetrics,
    rationed,
    sequelae,
)
from services.coder.engine.model import Candidate, Encounter, Mention, Setting, Zone
from services.coder.engine.rules import Codes, Index
from services.coder.engine.sections import has_conclusion
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note, SectionKind

_BARRED: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL | Flag.HISTORICAL
_STAGE: Final = {
    "stage1": "N18.1",
    "stage2": "N18.2",
    "stage3": "N18.30",
    "stage3a": "N18.31",
    "stage3b": "N18.32",
    "3a": "N18.31",
    "3b": "N18.32",
    "stage4": "N18.4",
    "stage5": "N18.5",
}
_WITH_STAGE: Final = Codes(
    ("E08.22", "E09.22", "E10.22", "E11.22", "E13.22", "I12", "I13", "D63.1", "N25.81")
)
_BLOOD_CANCERS: Final = Codes(("C8", "C90", "C91", "C92", "C93", "C94", "C95"))
_STATUSES: Final = Codes(("Z89", "Z90", "Z95", "Z96.6", "Z98.1", "Z98.6", "Z93"))
_INJURIES: Final = Codes(("S", "T", "M80", "M84", "M97"))
_LATER: Final = re.compile(r"aftercare|subsequent|healing|nonunion|malunion|routine|follow")
_THIS_STAY: Final = re.compile(
    r"\b(?:this|during the|in this) (?:admission|stay|hospitali[sz]ation)"
    r"|\b(?:today|yesterday|this morning|last (?:night|evening)|pod ?#?\d{1,2})\b"
    r"|(?<![\d/])\d{1,2}/\d{1,2}\b(?![/\d])"
)
"""What says that a procedure was done in the stay: its day without a year, or one of these days."""
_DAYS_AFTER: Final = re.compile(r"\bpod ?#? ?\d{1,2}\b|\bpost-?op(?:erative)? day\b")
_OPERATED_FOR: Final = re.compile(
    r"\b(?:s/p|status post|after|pod ?#? ?\d{1,2}|post-?op(?:erative)? day ?#? ?\w+)(?!\w)"
    r"(?![^.;\n]*\b(?:19|20)\d\d\b)[^.;\n]*\bfor\b[^.;,\n]{0,40}$"
)
_ACTIVE: Final = {"D": "A", "E": "B", "F": "C"}
"""The seventh character under active treatment, by that of routine healing: closed, open, open (type III)."""
_ADVERSE: Final = "add.adverse-effect"
_SILENT: Final = frozenset((SectionKind.FAMILY_HISTORY, SectionKind.ALLERGIES, SectionKind.EMERGENCY_COURSE))
"""Where no drug is named that is taken at home: what is given in the emergency room is given once."""
_EVENTS: Final = ("I21", "I22", "I26", "I60", "I61", "I63", "I82", "G45", "K85", "N20", "J18", "A41")
_YEAR_BEHIND: Final = re.compile(r",? ?\(?((?:19|20)\d\d)\b(?! ?(?:-|to|present|on))")
_SOON: Final = 50  # characters
_UNTIL: Final = re.compile(
    r"(?: \d+ ?mg)?(?: (?:daily|weekly))?,? (?:until|till|thru"
    r"|(?:was )?(?:stopped|finished|completed|discontinued)\b|\(?(?:19|20)\d\d ?[-\u2013] ?(?:19|20)\d\d)"
)
"""What says behind a drug's name that it is over."""
_FINISHED: Final = re.compile(
    r"\b(?:(?:finished|completed|off|stopped|discontinued|came off|done with)"
    r"(?: (?:her|his|the|all|of|\d+|five|ten|years?|yrs?|a|course|adjuvant)){0,5}"
    r"|(?:rather not|declin\w+|refus\w+|not want|instead of|not)(?: to)?"
    r"(?: (?:go|be|start|change|switch|take|try|on|to|over)){0,3}) $"
)
"""What stands before a drug that is taken to its end, or not at all: «rather not change to tamoxifen»."""
_BEGUN: Final = re.compile(r"\b(?:(?:re)?start|begin|initiate|resume)(?:s|ing)?\b[^.;\n]*$")
_ANOTHER_DAY: Final = re.compile(
    r"\b(?:(?<!\. )next (?:week|visit|month|appointment)|tomorrow|on (?:day|pod) #?\d|day \d"
    r"|in \d+ (?:days|weeks|wks)|once (?:the|her|his|she|he|surgery|cleared)"
    r"|after (?:the|her|his|surgery|repeat|discharge)"
    r"|when (?:ok|cleared|safe)|if (?:the )?(?:repeat|ct|scan)|pending)\b"
)


def apply(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates with what they call for."""
    if not candidates:
        return candidates
    out = _past(note, sequelae.apply(note, ended.apply(note, candidates), encounter), encounter.on)
    out = _blamed_surely(note, drugs.apply(note, out), encounter)
    out = culprits.apply(note, measured.apply(note, out))
    out = forsaken.apply(note, mistakes.apply(note, out), encounter)
    out = rationed.apply(note, out, encounter)
    out = [each for c in _stages(out) for each in eyes.apart(note, c)]
    out = newborn.apply(note, obstetrics.apply(note, out, encounter), encounter)
    if encounter.setting is Setting.INPATIENT:
        out = _in_stay(note, out)
    out = examined.apply(note, out)
    out += burns.extent(note, out) + nihss.score(note, out, encounter)
    drugs_taken = _long_term(note, out)
    stated = {c.code for c in drugs_taken}
    return [c for c in out if c.code not in stated] + drugs_taken + body_mass.apply(note, out, encounter)


def _blamed_surely(note: Note, candidates: list[Candidate], encounter: Encounter) -> list[Candidate]:
    """The candidates, of a visit without the drugs that are only thought to be a cause (IV.H): «hematuria,
    radiation cystitis vs anticoagulant related».
    """
    if encounter.setting is Setting.INPATIENT:
        return candidates
    return [c for c in candidates if _ADVERSE not in c.rules or not _only_thought_of(note, c)]


def _only_thought_of(note: Note, effect: Candidate) -> bool:
    return any(note.context_at(start, end).flags & Flag.POSSIBLE for start, end in effect.spans)


def _in_stay(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates of an inpatient: an injury operated on in the stay is under active treatment (I.C.19.a),
    and what was removed or put in during the stay is no status yet.
    """
    out = [c for c in candidates if not (_STATUSES.has(c.code) and _done_in_stay(note, c))]
    for candidate in out:
        treated = candidate.code[-1] in _ACTIVE and _INJURIES.has(candidate.code)
        if treated and not _LATER.search(note.folded, *_line_of(note, candidate)):
            candidate.code = candidate.code[:-1] + _ACTIVE[candidate.code[-1]]
            candidate.rules.append("add.active-treatment (I.C.19.a)")
    return out


def _done_in_stay(note: Note, candidate: Candidate) -> bool:
    return _THIS_STAY.search(note.folded, *_line_of(note, candidate)) is not None


def _line_of(note: Note, candidate: Candidate) -> tuple[int, int]:
    sentence = note.sentence_at(candidate.mention.start)
    mention = candidate.mention
    return (sentence.start, sentence.end) if sentence is not None else (mention.start, mention.end)


def _past(note: Note, candidates: list[Candidate], day: date) -> list[Candidate]:
    """What is spoken of as past and is not under treatment is history (I.C.2.m, I.C.21.c.4)."""
    data = table("additions")
    follow_up = any(c.code.startswith("Z08") for c in candidates)
    for candidate in candidates:
        line = candidate.mention.line
        cancer = data["cancer_history"].get(candidate.code[:3])
        instead = cancer or remembered().first(candidate.code)
        if not instead or (_BLOOD_CANCERS.has(candidate.code) and "remission" in note.folded):
            continue  # a remission has codes of its own (I.C.2.n)
        past = cancer and (follow_up or not line.isdisjoint(data["history_words"]))
        past = past or assertion.historical(note, candidate.mention) or _dated(note, candidate.mention, day)
        past = past and not (cancer and _just_removed(note, candidate))
        if past and (line.isdisjoint(data["treatment_words"]) or not line.isdisjoint(data["over_words"])):
            candidate.rejected.append((candidate.code, "past and no longer treated (I.C.2.m, I.C.21.c.4)"))
            candidate.code = instead
            candidate.rules.append("add.personal-history")
    return candidates


def _dated(note: Note, mention: Mention, day: date) -> bool:
    """Whether the year of an earlier event stands right behind it: «CAD, anterior MI 2013»."""
    event = mention.code.startswith(_EVENTS)
    year = _YEAR_BEHIND.match(note.folded, mention.end) if event else None
    return year is not None and int(year[1]) < day.year - 1


def _just_removed(note: Note, candidate: Candidate) -> bool:
    """Whether a cancer was operated on days ago: «POD 2 s/p hemicolectomy for cecal adenocarcinoma» is still
    the stay, or the care, that was for the cancer itself (I.C.2).
    """
    if "pod" not in note.folded and "op day" not in note.folded:
        return False
    start = _line_of(note, candidate)[0]
    operated = _OPERATED_FOR.search(note.folded, start, candidate.mention.start)
    return operated is not None and _DAYS_AFTER.search(note.folded) is not None


@cache
def remembered() -> Index[str]:
    """The codes of a history, by those of what it is the history of (I.C.21.c.4)."""
    known: dict[str, str] = table("additions")["personal_history"]
    return Index((history, ((prefix,),)) for prefix, history in known.items())


def _stages(candidates: list[Candidate]) -> list[Candidate]:
    """The stage of a chronic kidney disease that a combination code leaves out."""
    if any(c.code.startswith("N18") and c.code != "N18.9" for c in candidates):
        return candidates
    for candidate in candidates:
        staged = _WITH_STAGE.has(candidate.code)
        stage = next((s for s in _STAGE if s in candidate.mention.line), "") if staged else ""
        if stage:
            added = Candidate(
                _STAGE[stage], candidate.mention, ["add.stage-of-kidney-disease"], list(candidate.spans)
            )
            place = candidates.index(candidate) + 1
            return [*candidates[:place], added, *candidates[place:]]
    return candidates


def _long_term(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    out: list[Candidate] = []
    for rule in _called_for().possible([c.code for c in candidates]):
        calling, barring = tuple(rule["for"]), (*rule["unless"], rule["code"])
        treated = next((c for c in candidates if c.code.startswith(calling)), None)
        barred = treated is not None and any(
            c.code.startswith(barring) and not _faint(c, rule["code"]) for c in (*candidates, *out)
        )
        span = None if treated is None or barred else _said(note, rule, treated)
        if treated is not None and span is not None:
            out.append(
                Candidate(
                    rule["code"], treated.mention, [f"add.long-term-drug ({rule['reference']})"], [span]
                )
            )
    return out


def _faint(candidate: Candidate, code: str) -> bool:
    """Whether a code is there already, but only from words in passing: the condition says more for it."""
    return candidate.code == code and candidate.mention.zone is Zone.NARRATIVE


@cache
def _called_for() -> Index[dict[str, Any]]:
    """The rules of drugs and findings, by the conditions that call for them."""
    data = table("additions")
    entries: list[dict[str, Any]] = [*data["long_term_drugs"], *data["stated"]]
    return Index((entry, (tuple(entry["for"]),)) for entry in entries)


def _said(note: Note, rule: dict[str, Any], treated: Candidate) -> tuple[int, int] | None:
    """Where the note says what the rule adds; with `line`, only the sentence that names the condition, where
    the note has an assessment with a line for each.
    """
    names = rule.get("phrases") or rule["words"].split()
    in_line = bool(rule.get("line")) and has_conclusion(note)
    sentence = note.sentence_at(treated.mention.start) if in_line else None
    if in_line:
        return _taken(note, names, sentence.start, sentence.end) if sentence is not None else None
    barred = _BARRED & ~Flag.HISTORICAL if rule.get("past") else _BARRED
    never = tuple(rule.get("never", ())), tuple(rule.get("not_behind", ()))
    return _taken(note, names, 0, len(note.folded), never, barred=barred)


def _taken(
    note: Note,
    names: list[str],
    start: int,
    stop: int,
    never: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    *,
    barred: Flag = _BARRED,
) -> tuple[int, int] | None:
    """Where a drug is said to be taken by the patient now; what stands at once behind its name, or before it,
    may say that it is not («insulin drip», «sliding scale insulin»).
    """
    for name in names:
        at = note.folded.find(name, start, stop)
        while at >= 0:
            end = at + len(name)
            silent = note.section_at(at).kind in _SILENT
            if (
                not silent
                and not _begins_later(note, at, end)
                and not finished(note, at)
                and not note.folded.startswith(never[0], end)
                and not note.folded.endswith(never[1], 0, at)
                and _UNTIL.match(note.folded, end) is None
                and not note.context_at(at, end).flags & barred
            ):
                return at, end
            at = note.folded.find(name, end, stop)
    return None


def finished(note: Note, at: int) -> bool:
    """Whether a drug that is named at a place is taken to its end, or not wanted: «finished letrozole»."""
    return _FINISHED.search(note.folded, max(at - _SOON, 0), at) is not None


def _begins_later(note: Note, at: int, end: int) -> bool:
    """Whether a drug is only to be begun another day: «start apixaban on day 6», «letrozole begins next
    week».
    """
    later = _ANOTHER_DAY.search(note.folded, end, end + _SOON)
    return later is not None and _BEGUN.search(note.folded[max(at - _SOON, 0) : later.start()]) is not None
