"""Counts the calls that a note takes: `python -m tests.coder.engine.work` prints the codes and the calls,
then those of notes that say one thing many times, and four times as many.
"""

import sys
from types import FrameType

from services.coder.batch import Coder, opened

NOTE = """\
CHIEF COMPLAINT
Follow-up of diabetes and blood pressure.

HISTORY OF PRESENT ILLNESS
Mrs. Example is a 61-year-old woman who comes back after three months. Her morning readings have been between
130 and 160. She denies chest pain, shortness of breath and swelling of the legs. Her right knee hurts on the
stairs; ibuprofen helps a little. She smokes half a pack a day and has tried to stop twice.

PAST MEDICAL HISTORY
Appendectomy 1994. Gestational diabetes. History of pneumonia in 2019.

MEDICATIONS
Metformin 1000 mg twice daily, lisinopril 20 mg daily, atorvastatin 40 mg at night.

PHYSICAL EXAM
BP 148/86, pulse 76, BMI 34.2. Lungs: clear. Heart: regular, no murmur.
Right knee: crepitus, no effusion. Feet: monofilament absent at both great toes.

RESULTS
Hemoglobin A1c 8.1 %. eGFR 52, stable over six months. LDL 96.

ASSESSMENT AND PLAN
1. Type 2 diabetes with polyneuropathy and stage 3a chronic kidney disease, not at goal.
   Add empagliflozin 10 mg.
2. Hypertension: above goal. Lisinopril to 40 mg, recheck in four weeks.
3. Hyperlipidemia. At goal, continue atorvastatin.
4. Osteoarthritis of the right knee. Physical therapy, stop ibuprofen for the kidneys.
5. Obesity, class 1. Discussed diet; referral to nutrition.
6. Tobacco use, cigarettes. Counselled for five minutes, patches prescribed.
Return in three months, sooner if she is worse.
"""


ANGRY = {
    "fractures": "fracture ",
    "ulcers": "pressure ulcer ",
    "rows": "pressure ulcer stage 2 sacrum, stage 3 left heel\n",
    "paragraphs": "pressure ulcer stage 2 sacrum\n\n",
    "items": "- htn\n",
    "abbreviations": "OD ",
}
TIMES, GROWTH = 50, 4


def counted() -> tuple[int, int]:
    """How many codes the note has, and the calls of functions, in Python and in C, that it takes."""
    coder = opened()
    row = {"id": "work", "note": NOTE, "age": 61, "sex": "female"}
    codes = len(coder.answer(row)["codes"])
    return codes, calls(coder, NOTE + " ")  # the last notes that were read are remembered


def grown(coder: Coder, said: str) -> tuple[int, int]:
    """The calls that a note takes which says this many times, and one that says it several times as often."""
    calls(coder, said * TIMES)
    return calls(coder, said * TIMES + " "), calls(coder, said * TIMES * GROWTH)


def calls(coder: Coder, note: str) -> int:
    """The calls that a note takes."""
    done = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal done
        done += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        coder.answer({"id": "work", "note": note, "age": 61, "sex": "female"})
    finally:
        sys.setprofile(before)
    return done


if __name__ == "__main__":
    print(*counted())
    for name, said in ANGRY.items():
        print(name, *grown(opened(), said))
