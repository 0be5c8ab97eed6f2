"""A payer that answers claims in every way there is, in X12, with dollars it keeps its own account of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.contracts.claim import Claim

ISA = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*US             *260401*1200*^*00501*{n:09d}*0*T*:~"
)


@dataclass(slots=True)
class Account:
    """What the payer says of a claim's dollars."""

    paid: Decimal = Decimal(0)
    contractual: Decimal = Decimal(0)
    patient: Decimal = Decimal(0)
    denied: Decimal = Decimal(0)


@dataclass(slots=True)
class Payer:
    """Writes 835, 277CA and 999 files."""

    accounts: dict[str, Account] = field(default_factory=dict)
    files: int = 0

    def remit(
        self, *answers: str, plb: str = "", provider: Decimal = Decimal(0), total: Decimal | None = None
    ) -> str:
        """An 835 with these claims' segments; the transfer is their payments less the provider's."""
        self.files += 1
        body = "".join(answers)
        paid = sum(
            (Decimal(part.split("*")[4]) for part in body.split("~") if part.startswith("CLP*")), Decimal(0)
        )
        transfer = paid - provider if total is None else total
        sign = "C" if transfer >= 0 else "D"
        head = (
            f"ST*835*0001~BPR*I*{abs(transfer)}*{sign}*CHK************20260401~TRN*1*CHECK{self.files}*1999999999~"
            "N1*PR*PAYER~N3*1 ROAD~N4*BOSTON*MA*02118~PER*BL*DESK*TE*6175550100~"
            "N1*PE*CLINIC*XX*1999999984~LX*1~"
        )
        return self._enclose("HP", "005010X221A1", head + body + plb)

    def _enclose(self, code: str, version: str, text: str) -> str:
        count = text.count("~") + 1
        number = self.files
        return (
            ISA.format(n=number)
            + f"GS*{code}*PAYER*US*20260401*1200*{number}*X*{version}~{text}SE*{count}*0001~GE*1*{number}~"
            + f"IEA*1*{number:09d}~"
        )

    def pay(self, claim: Claim, *, sign: int = 1, keep: bool = True) -> str:
        """Paid: 60 per cent, 10 to the patient, the rest the contract's; `sign` -1 takes it back."""
        out = ""
        account = self.accounts.setdefault(claim.claim_id, Account()) if keep else Account()
        paid = Decimal(0)
        for line in claim.lines:
            part, own = (line.amount * Decimal("0.6")).quantize(Decimal("0.01")), Decimal(10)
            rest = line.amount - part - own
            out += f"SVC*HC:{line.code}*{sign * line.amount}*{sign * part}~DTM*472*20260305~"
            out += f"CAS*CO*45*{sign * rest}~CAS*PR*3*{sign * own}~REF*6R*{line.control_number}~"
            paid += part
            account.paid += sign * part
            account.patient += sign * own
            account.contractual += sign * rest
        status, own = ("22" if sign < 0 else "1"), Decimal(10 * len(claim.lines))
        return self._clp(claim, status, sign * claim.total, sign * paid, sign * own) + out

    def deny(self, claim: Claim, lines: Sequence[int] = (1, 2), status: str = "4") -> str:
        """These lines denied (CO-197), the others paid in full."""
        account = self.accounts.setdefault(claim.claim_id, Account())
        out, paid = "", Decimal(0)
        for line in claim.lines:
            refused = line.number in lines
            part = Decimal(0) if refused else line.amount
            out += f"SVC*HC:{line.code}*{line.amount}*{part}~DTM*472*20260305~"
            out += f"CAS*CO*197*{line.amount}~" if refused else ""
            out += f"REF*6R*{line.control_number}~" + ("LQ*HE*M62~" if refused else "")
            paid += part
            account.paid += part
            account.denied += line.amount - part
        return self._clp(claim, status, claim.total, paid, Decimal(0)) + out

    @staticmethod
    def _clp(claim: Claim, status: str, charged: Decimal, paid: Decimal, patient: Decimal) -> str:
        ident = claim.patient_control_number
        return f"CLP*{ident}*{status}*{charged}*{paid}*{patient}*12*ICN{ident}~NM1*QC*1*DOE*ANN~"

    def acknowledge(self, claim: Claim, category: str = "A2:20") -> str:
        """A 277CA of one claim."""
        self.files += 1
        return self._enclose(
            "HN",
            "005010X214",
            "ST*277*0001*005010X214~BHT*0085*08*1*20260401*1200*TH~HL*1**20*1~NM1*PR*2*PAYER*****PI*1~TRN*1*1~"
            "HL*2*1*21*1~NM1*41*2*US*****46*US~HL*3*2*19*1~NM1*85*2*CLINIC*****XX*1999999984~HL*4*3*PT~"
            f"NM1*QC*1*DOE*ANN****MI*M1~TRN*2*{claim.patient_control_number}~STC*{category}*20260401*WQ*{claim.total}~",
        )
