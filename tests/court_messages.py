"""Messages of courts in the national format, about invented people, made for these tests."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

ASN = "2605CJ0000000000123G"
_LIBRA = "http://www.dca.gov.uk/xmlschemas/libra"
_DELIVER = "http://schemas.cjse.gov.uk/messages/deliver/2006-05"
_ROUTE = "http://schemas.cjse.gov.uk/common/operations"


@dataclass(frozen=True)
class Line:
    """A result of an offence."""

    code: str = "1015"
    text: str = "Fined 120."
    amount: str = ""
    duration: tuple[str, str] | None = None
    second: tuple[str, str] | None = None
    adjourned_to: str = ""
    qualifiers: tuple[str, ...] = ()
    points: str = ""

    def xml(self) -> str:
        parts = [_el("ResultCode", self.code) if self.code else "", _el("ResultText", self.text)]
        parts += [_el("ResultCodeQualifier", one) for one in self.qualifiers]
        duration = ""
        for name, term in (("Duration", self.duration), ("SecondaryDuration", self.second)):
            if term:
                duration += _el(f"{name}Value", term[0]) + _el(f"{name}Unit", term[1])
        outcome = f"<m:Duration>{duration}</m:Duration>" if duration else ""
        outcome += _el("ResultAmountSterling", self.amount) if self.amount else ""
        outcome += _el("PenaltyPoints", self.points) if self.points else ""
        parts.append(f"<m:Outcome>{outcome}</m:Outcome>" if outcome else "")
        if self.adjourned_to:
            where = _el("CourtHearingLocation", "B01EF01") + _el(
                "DateOfHearing", self.adjourned_to
            )
            parts.append(
                f"<m:NextHearing><m:NextHearingDetails>{where}</m:NextHearingDetails>"
                f"{_el('BailStatusOffence', 'U')}</m:NextHearing>"
            )
        return f"<m:Result>{''.join(parts)}</m:Result>"


@dataclass(frozen=True)
class Said:
    """An offence with its verdict."""

    sequence: str = "001"
    code: str = "TH68010"
    began: str = "2026-01-10"
    ended: str = ""
    finding: str = "G"
    convicted: str = "2026-06-01"
    plea: str = "1"
    date_code: str = "1"
    lines: tuple[Line, ...] = (Line(amount="120.00"),)

    def xml(self) -> str:
        end = f"<m:OffenceEnd>{_el('OffenceEndDate', self.ended)}</m:OffenceEnd>"
        end = end if self.ended else ""
        timing = (
            f"{_el('OffenceDateCode', self.date_code)}<m:OffenceStart>"
            f"{_el('OffenceDateStartDate', self.began)}</m:OffenceStart>{end}"
        )
        base = (
            _el("OffenceSequenceNumber", self.sequence)
            + _el("OffenceCode", self.code)
            + _el("OffenceWording", "Theft from a shop")
            + f"<m:OffenceTiming>{timing}</m:OffenceTiming>"
            + _el("LocationOfOffence", "High Street")
        )
        verdict = _el("Plea", self.plea)
        verdict += _el("ConvictionDate", self.convicted) if self.convicted else ""
        verdict += _el("Finding", self.finding) if self.finding else ""
        lines = "".join(one.xml() for one in self.lines)
        return (
            f"<m:Offence><m:BaseOffenceDetails>{base}</m:BaseOffenceDetails>"
            f"{verdict}{lines}</m:Offence>"
        )


@dataclass(frozen=True)
class Told:
    """A message: one hearing, one case, one defendant."""

    reference: str = "LEEDS-7-1"
    asn: str = ASN
    forename: str = "Oswin"
    surname: str = "Trelawney"
    born: str = "1979-08-17"
    gender: str = "1"
    pnc_id: str = ""
    court: str = "B01EF01"
    heard: str = "2026-06-01"
    case_number: str = "05CJ0000126"
    offences: tuple[Said, ...] = (Said(),)

    def message(self) -> str:
        """Return the message without an envelope."""
        hearing = _el("CourtHearingLocation", self.court) + _el("DateOfHearing", self.heard)
        name = _el("PersonGivenName1", self.forename) + _el("PersonFamilyName", self.surname)
        person = f"<m:PersonName>{name}</m:PersonName>" + _el("Birthdate", self.born)
        person += _el("Gender", self.gender)
        pnc = _el("PNCidentifier", self.pnc_id) if self.pnc_id else ""
        accused = (
            f"<m:PersonDefendant>{pnc}<m:BasePersonDetails>{person}</m:BasePersonDetails>"
            f"</m:PersonDefendant>{_el('BailStatus', 'A')}"
        )
        offences = "".join(one.xml() for one in self.offences)
        return (
            f'<m:ResultedCaseMessage xmlns:m="{_LIBRA}"><m:Session><m:CourtHearing>'
            f"<m:Hearing>{hearing}</m:Hearing>{_el('PSAcode', '2576')}</m:CourtHearing>"
            f"<m:Case>{_el('PTIURN', self.case_number)}<m:Defendant>"
            f"{_el('ProsecutorReference', self.asn)}"
            f"<m:CourtIndividualDefendant>{accused}</m:CourtIndividualDefendant>{offences}"
            "</m:Defendant></m:Case></m:Session></m:ResultedCaseMessage>"
        )

    def delivered(self) -> bytes:
        """Return the message in the envelope `DeliverRequest`."""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><DeliverRequest xmlns="{_DELIVER}">'
            f"<MessageIdentifier>{escape(self.reference)}</MessageIdentifier>"
            f"<Message>{self.message()}</Message></DeliverRequest>"
        ).encode()

    def routed(self) -> bytes:
        """Return the message in the envelope `RouteData`, escaped as text."""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><RouteData xmlns="{_ROUTE}">'
            f"<RequestFromSystem><CorrelationID> {escape(self.reference)} </CorrelationID>"
            "</RequestFromSystem><DataStream><DataStreamContent>"
            f"<!-- a comment -->{escape(self.message())}"
            "</DataStreamContent></DataStream></RouteData>"
        ).encode()


def _el(name: str, text: str) -> str:
    return f"<m:{name}>{escape(text)}</m:{name}>"
