"""Small files in the official layouts, with invented rows, that the tests write themselves."""

import io
import zipfile
from collections.abc import Iterable, Sequence

PTP_HEADER = (
    "Column1/Column2 Edits\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n"
    "\t\t\t\t*=no data\t1=allowed\t\n"
    "\t\t\t\t\t9=not applicable\t\n"
)
PTP_HEADER_2026 = (
    "CPT only copyright.\r\n\r\n\r\n"
    "Column 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\t"
    "Modifier 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale\r\n"
)
PTP_HEADERS = (
    PTP_HEADER,
    PTP_HEADER_2026,
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n",
    "",
)
"""The headings as they stood over the years: over several lines, on one, short, none."""
PTP_ROWS = (
    ("10001", "10002", "", "20240101", "*", "1", "Invented reason"),
    ("10001", "10003", "*", "19960101", "*", "0", "Invented reason"),
    ("10001", "10004", "", "20200101", "20231231", "1", "Another reason"),
    ("10001", "10004", "", "20240401", "*", "0", "Another reason"),
    ("10005", "10001", "", "20240101", "20240101", "9", "Another reason"),
    ("20001", "G9001", "", "20240701", "*", "1", "Invented reason"),
)
MUE_ROWS = (
    ("10001", "2", "3 Date of Service Edit: Clinical", "Clinical: Data"),
    ("10002", "1", "2 Date of Service Edit: Policy", "CMS Policy"),
    ("10003", "4", "1 Line Edit", "Clinical: Data"),
    ("10004", "0", "3 Date of Service Edit: Clinical", "CMS Policy"),
)


def ptp(rows: Iterable[Sequence[str]] = PTP_ROWS, header: str = PTP_HEADER) -> str:
    """NCCI PTP edits, tab-delimited."""
    return header + "".join("\t".join(row) + "\n" for row in rows)


def mue(kind: str = "Practitioner Services", rows: Iterable[Sequence[str]] = MUE_ROWS) -> str:
    """NCCI MUE, CMS's CSV with its line break inside the first heading."""
    header = f'"HCPCS/\nCPT Code",{kind} MUE Values,MUE Adjudication Indicator,MUE Rationale\n'
    return header + "".join(",".join(row) + "\n" for row in rows)


def workbook() -> bytes:
    """As much of an Excel workbook as tells that it is one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


RVU_HEADER = """\
,,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,\
ASST,CO-,TEAM,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT
HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,\
PROC,SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT
"""


def rvu_cms(
    rows: Iterable[Sequence[str]], year: int = 2024, *, title: str = " ", factor: str = "33.2875"
) -> str:
    """CMS's PPRRVU file: title lines, a header over several lines, 31 columns by position.

    `title` is what stands between the halves of the title: a blank, from 2026 on a line's end.
    """
    blank = "," * 30
    name = f"{year} National Physician Fee Schedule{title}Relative Value File July Release"
    titles = [f"{name}{blank}", blank]
    header = RVU_HEADER.splitlines()
    body = []
    for code, modifier, status, work, days in rows:
        cells = [
            code,
            modifier,
            "words of another",
            status,
            "",
            work,
            "1.50",
            "",
            "0.70",
            "",
            "0.10",
            "0",
            "0",
            "0",
            days,
        ]
        cells += [
            "0.00",
            "0.00",
            "0.00",
            "2",
            "1",
            "0",
            "0",
            "0",
            "",
            factor,
            "09",
            "0",
            "99",
            "0",
            "0",
            "0",
        ]
        body.append(",".join(cells))
    return "\n".join([*titles, *header, *body]) + "\n"


def anweb_record(
    code: str,
    *,
    kind: str = "3",
    words: str = "Example",
    added: str = "20200101",
    action: str = "20240701",
    ended: str = "",
    coverage: str = "C",
) -> str:
    """One record of the HCPCS contractor file: 320 characters."""
    first = f"{code:>5}00100{kind}{words:<80}{'short':<28}"
    return f"{first:<229}{coverage}{'':<38}{added:>8}{action:>8}{ended:>8}N".ljust(320)


def order_lines(codes: Iterable[tuple[str, bool]]) -> str:
    """An ICD-10 order file."""
    return "".join(
        f"{number:05d} {code:<7} {int(billable)} {'short title of ' + code:<60} long title of {code}\n"
        for number, (code, billable) in enumerate(codes, start=1)
    )


def tabular_xml(version: int = 2026) -> str:
    """A tabular list of one chapter, with an empty section that spans the others."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>{version}</version>
<chapter><name>2</name><desc>Neoplasms (C00-D49)</desc>
<section id="C00-C96"><desc>Malignant neoplasms (C00-C96)</desc></section>
<section id="C00-C14"><desc>Of lip (C00-C14)</desc>
<diag><name>C00</name><desc>Of  lip</desc>
<excludes1><note>carcinoma in situ (D00.-)</note></excludes1>
<codeFirst><note>underlying disease, such as:</note><note>example (A00)</note></codeFirst>
<diag><name>C00.0</name><desc>Of upper lip</desc>
<inclusionTerm><note>An example of a term</note></inclusionTerm></diag></diag></section>
<section id="C50"><desc>Of breast (C50)</desc>
<diag><name>C50</name><desc>Of breast</desc>
<sevenChrDef><extension char="A">initial encounter</extension><note>first visit</note>
<extension char="D">subsequent encounter</extension></sevenChrDef></diag></section>
</chapter></ICD10CM.tabular>
"""


def index_xml(title: str = "ICD-10-CM INDEX TO DISEASES and INJURIES", version: int = 2026) -> str:
    """An Alphabetic Index of two main terms."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>{version}</version><title>{title}</title><letter><title>A</title>
<mainTerm><title>Abscess <nemod>(acute) (chronic)</nemod> NEC</title><code>L02.91</code>
<term level="1"><title>wall</title><code>L02.211</code>
<term level="2"><title>deep</title><see>Abscess, other</see></term></term></mainTerm>
<mainTerm><title>Ache</title><seeAlso>Pain</seeAlso></mainTerm>
</letter></ICD10CM.index>
"""


def neoplasm_xml() -> str:
    """A neoplasm table of one site."""
    return """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index><version>2026</version>
<indexHeading><head col="1">Neoplasm</head><head col="2">Malignant Primary</head><head
col="3">Benign</head></indexHeading>
<letter><title>N</title><mainTerm><title>Neoplasm, neoplastic</title>
<term level="1"><title>ear</title><cell col="2">C76.0</cell><cell col="3">-</cell></term></mainTerm></letter>
</ICD10CM.index>
"""


ARTICLES = {
    "article.csv": (
        "article_id,article_version,title,article_eff_date,article_end_date,status\n"
        "12345,3,Invented imaging article,2024-01-01 00:00:00,,A\n"
        "23456,1,Ended article,2020-01-01 00:00:00,2023-12-31 00:00:00,A\n"
    ),
    "article_x_hcpc_code.csv": (
        "article_id,article_version,hcpc_code_id,hcpc_code_group,long_description\n"
        "12345,3,70001,1,not kept\n12345,3,70002,2,not kept\n23456,1,70001,1,not kept\n"
    ),
    "article_x_icd10_covered.csv": (
        "article_id,article_version,icd10_code_id,icd10_covered_group,description\n"
        "12345,3,E11.9,1,x\n12345,3,I10,2,x\n23456,1,J18.9,1,x\n"
    ),
    "article_x_icd10_noncovered.csv": (
        "article_id,article_version,icd10_code_id,icd10_noncovered_group,description\n12345,3,Z00.00,1,x\n"
    ),
    "article_x_contractor.csv": (
        "article_id,article_version,contractor_id\n12345,3,365\n12345,3,366\n23456,1,365\n"
    ),
}

_LINK = "article_id,article_version"
ARTICLES_2026 = {
    "article.csv": (
        f"{_LINK},title,description,article_pub_date,article_eff_date,article_end_date,status,last_updated,display_id\n"
        f'12345,3,Invented \u2013 imaging,"{"text " * 40_000}",2026-01-01,2026-01-15,,A,2026-07-01,A12345\n'
    ),
    "article_x_contractor.csv": (
        f"{_LINK},contractor_id,contractor_type_id,contractor_version,last_updated\n12345,3,10,12,1,2026-07-01\n"
    ),
    "article_x_primary_jurisdiction.csv": (
        f"{_LINK},contractor_id,contractor_type_id,contractor_version,state_id,last_updated\n"
        "12345,3,11,12,1,5,2026-07-01\n"
    ),
    "article_x_hcpc_code.csv": (
        f"{_LINK},hcpc_code_id,hcpc_code_version,hcpc_code_group,range,last_updated,long_description,"
        "short_description\n12345,3,70001,2026,1,,2026-07-01,not kept,not kept\n"
    ),
    "article_x_icd10_covered.csv": (
        f"{_LINK},icd10_code_id,icd10_code_version,icd10_covered_group,range,last_updated,sort_order,description,"
        "asterisk\n12345,3,E11.9,2026,1,,2026-07-01,1,x,\n"
    ),
    "article_x_icd10_noncovered.csv": (
        f"{_LINK},icd10_code_id,icd10_code_version,icd10_noncovered_group,range,last_updated\n"
    ),
    "article_x_icd10_covered_group.csv": f"{_LINK},icd10_covered_group,paragraph,last_updated\n",
}
"""A download with the headings of 2026."""
