"""How far the confidence keeps its word: a reliability diagram and the gate's precision and coverage."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from services.coder.evaluation.counts import share, shown

Judged = Sequence[tuple[float, bool]]
_PAGE: Final = Path("docs/coder-reliability.md")
_PLOT: Final = Path("docs/coder-reliability.svg")
_BINS: Final = 10
THRESHOLDS: Final = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97)
"""Where precision and coverage are told."""
_PROMISES: Final = (0.9, 0.95, 0.97)
_ENOUGH: Final = 50  # codes; of fewer, a share says little
_MARGIN: Final = 0.0075  # in hand: the notes to come are others
_SIDE: Final = 400  # pixels of the plot


def bins(judged: Judged) -> list[tuple[float, float, int]]:
    """Mean probability, share of right codes and number of codes in tenths of probability; empty ones left
    out.
    """
    out: list[tuple[float, float, int]] = []
    for tenth in range(_BINS):
        inside = [(p, right) for p, right in judged if min(int(p * _BINS), _BINS - 1) == tenth]
        if inside:
            mean = sum(p for p, _ in inside) / len(inside)
            out.append((mean, sum(right for _, right in inside) / len(inside), len(inside)))
    return out


def at(judged: Judged, threshold: float) -> tuple[float, float]:
    """Precision of the codes at or above a threshold, and their share of all codes; not a number of none."""
    passed = [right for p, right in judged if p >= threshold]
    return share(sum(passed), len(passed)), share(len(passed), len(judged))


def gates(judged: Judged) -> dict[float, float]:
    """For each promise of precision the least confidence from which on it was more than kept, if any."""
    out: dict[float, float] = {}
    for promise in _PROMISES:
        least = 0.0
        for hundredth in range(99, 49, -1):
            precision, coverage = at(judged, hundredth / 100)
            if not judged or coverage * len(judged) < _ENOUGH:
                continue
            if precision < promise + _MARGIN:
                break
            least = hundredth / 100
        if least:
            out[promise] = least
    return out


def write(judged: Judged, notes: int, held: Judged = ()) -> None:
    """Write the page and the plot of the documentation."""
    _PLOT.write_text(plot(bins(judged)), encoding="utf-8")
    _PAGE.write_text(page(judged, notes, held), encoding="utf-8")


def page(judged: Judged, notes: int, held: Judged = ()) -> str:
    """The page: the plot, the tenths and the gate as tables, and the gate on notes apart."""
    tenths = "".join(f"| {mean:.2f} | {right:.2f} | {count} |\n" for mean, right, count in bins(judged))
    head = (
        f"\nOf these, on notes that the coder was not tuned on ({len(held)} codes; the gates are theirs):\n\n"
    )
    unseen = head + _table(held) if held else ""
    return (
        "# Does the confidence keep its word?\n\n"
        "Written by `python -m services.coder.evaluation.calibrate`: "
        f"{len(judged)} codes of {notes} notes,\neach judged by coefficients fitted without its note.\n\n"
        "![Reliability diagram: share of right codes over stated probability](coder-reliability.svg)\n\n"
        f"| stated | right | codes |\n|---|---|---|\n{tenths}\n{_table(judged)}{unseen}"
    )


def _table(judged: Judged) -> str:
    rows = "".join(
        f"| {threshold:.2f} | {shown(precision, '.3f')} | {shown(coverage, '.3f')} |\n"
        for threshold in THRESHOLDS
        for precision, coverage in [at(judged, threshold)]
    )
    return f"| threshold | precision | coverage |\n|---|---|---|\n{rows}"


def plot(points: Sequence[tuple[float, float, int]]) -> str:
    """The diagram as SVG: one dot a tenth, its area by the number of codes, and the line of perfect
    calibration.
    """
    most = max((count for _, _, count in points), default=1)
    dots = "".join(
        f'<circle cx="{_x(mean)}" cy="{_y(right)}" r="{3 + 12 * (count / most) ** 0.5:.1f}" fill="#26547c"'
        f' fill-opacity="0.7"><title>{count} codes</title></circle>'
        for mean, right, count in points
    )
    ticks = "".join(
        f'<text x="{_x(t / 10)}" y="{_SIDE + 48}" text-anchor="middle">{t / 10:.1f}</text>'
        f'<text x="34" y="{_y(t / 10) + 4}" text-anchor="end">{t / 10:.1f}</text>'
        for t in range(0, 11, 2)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE + 70} {_SIDE + 80}" font-size="12"'
        f' font-family="sans-serif"><rect x="40" y="30" width="{_SIDE}" height="{_SIDE}" fill="none"'
        f' stroke="#999"/><line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999"'
        f' stroke-dasharray="4 4"/>{dots}{ticks}<text x="{_x(0.5)}" y="{_SIDE + 70}"'
        ' text-anchor="middle">stated probability</text>'
        '<text x="40" y="20">share of right codes</text></svg>\n'
    )


def _x(share: float) -> float:
    return round(40 + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(30 + (1 - share) * _SIDE, 1)
