"""Billing and coding articles of the Medicare Coverage Database (local and national coverage).

A download is several CSV files; they are read together: `article.csv`, `article_x_hcpc_code.csv`,
`article_x_icd10_covered.csv`, and, where present, `article_x_icd10_noncovered.csv` and
`article_x_contractor.csv`. They are told apart by their headers, so names do not matter. Texts, and with
them CPT descriptions, are not kept.
Source: CMS, Medicare Coverage Database downloads (current_article.zip).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import csvs
from services.codesets.imports.draft import AMA_NUMBERS, Draft, Request
from services.codesets.imports.editions import Edition, Span, edition_of
from services.codesets.imports.source import Source
from services.codesets.tables.rows import Row, write_rows

TABLE: Final = "mcd-articles"
_KEY: Final = ("articleid", "articleversion")
_HEADERS: Final = {
    "article": (*_KEY, "title", "articleeffdate", "articleenddate"),
    "procedures": (*_KEY, "hcpccodeid", "hcpccodegroup"),
    "covered": (*_KEY, "icd10codeid", "icd10coveredgroup"),
    "noncovered": (*_KEY, "icd10codeid", "icd10noncoveredgroup"),
    "contractors": (*_KEY, "contractorid"),
}
_NEEDED: Final = ("article", "procedures")
_FIRST_DAY: Final = date(2015, 10, 1)


def part_of(source: Source) -> str | None:
    """Which of the download's files this is."""
    return next((part for part, header in _HEADERS.items() if csvs.has_header(source, header)), None)


def better(one: Source, other: Source) -> Source:
    """The one to read of two files with the same headers: jurisdictions have those of contractors, too."""
    return one if "jurisdiction" in other.file_name.lower() else other


@dataclass(slots=True)
class _Article:
    version: int
    title: str
    effective: str | None
    ends: str | None
    contractors: list[str] = field(default_factory=list)
    groups: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: {part: {} for part in ("procedures", "covered", "noncovered")}
    )


def compile_sources(parts: Mapping[str, Source], request: Request) -> list[Draft]:
    """Read a download.

    Raises:
        ImportRefused: a needed file is missing, a row does not fit, or a row names an article that is not
        there.
    """
    first = next(iter(parts.values()))
    missing = [part for part in _NEEDED if part not in parts]
    if missing or not ({"covered", "noncovered"} & set(parts)):
        raise ImportRefused(
            first.name,
            f"coverage articles need their files together; missing: {', '.join(missing or ['icd10'])}",
        )
    articles = _articles(parts["article"])
    for part in ("procedures", "covered", "noncovered"):
        if part in parts:
            _groups(parts[part], part, articles)
    if "contractors" in parts:
        _contractors(parts["contractors"], articles)
    rows = _rows(articles)
    begins = request.effective or _FIRST_DAY
    edition = (
        edition_of(begins, Span.OPEN)
        if request.effective
        else Edition(f"download-{parts['article'].sha256[:8]}", begins, None)
    )
    return [
        Draft(
            TABLE,
            edition,
            len(rows),
            AMA_NUMBERS,
            parts["article"],
            lambda writer: write_rows(writer, rows),
            coverage=f"{len(articles)} articles, each with its own dates",
        )
    ]


def _articles(source: Source) -> dict[tuple[str, str], _Article]:
    articles: dict[tuple[str, str], _Article] = {}
    for number, (identifier, version, title, effective, ends) in csvs.records(source, _HEADERS["article"]):
        if not identifier.isdigit() or not version.isdigit():
            raise ImportRefused(source.name, f"not an article: {identifier!r}, {version!r}", number)
        articles[identifier, version] = _Article(
            int(version), title, _day(source, effective, number), _day(source, ends, number)
        )
    return articles


def _groups(source: Source, part: str, articles: Mapping[tuple[str, str], _Article]) -> None:
    for number, (identifier, version, code, group) in csvs.records(source, _HEADERS[part]):
        article = articles.get((identifier, version))
        if article is None:
            raise ImportRefused(
                source.name, f"article {identifier} version {version} is not in the download", number
            )
        article.groups[part].setdefault(group or "1", []).append(code.upper().replace(".", ""))


def _contractors(source: Source, articles: Mapping[tuple[str, str], _Article]) -> None:
    for _, (identifier, version, contractor) in csvs.records(source, _HEADERS["contractors"]):
        article = articles.get((identifier, version))
        if article is not None and contractor not in article.contractors:
            article.contractors.append(contractor)


def _rows(articles: Mapping[tuple[str, str], _Article]) -> Sequence[tuple[str, Row]]:
    by_procedure: defaultdict[str, list[str]] = defaultdict(list)
    rows: list[tuple[str, Row]] = []
    for place, ((identifier, _), article) in enumerate(sorted(articles.items())):
        key = f"a{place:x}"
        rows.append((key, [_document(f"A{identifier}", article)]))
        for code in sorted({code for codes in article.groups["procedures"].values() for code in codes}):
            by_procedure[f"h{code}"].append(key)
    rows += sorted(by_procedure.items())
    return rows


def _document(name: str, article: _Article) -> dict[str, object]:
    return {
        "article": name,
        "version": article.version,
        "title": article.title,
        "effective": article.effective,
        "ends": article.ends,
        "contractors": sorted(article.contractors),
        **article.groups,
    }


def _day(source: Source, text: str, number: int) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError as error:
        raise ImportRefused(source.name, f"{text!r} is no date", number) from error
