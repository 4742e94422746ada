"""Reads the national message of courts from XML, without document types, entities or network
access.

Both outer forms can be read: `DeliverRequest`, which contains the message, and `RouteData`, which
contains the message escaped as text. Any namespace prefixes are accepted. A malformed part of a
message is recorded as a doubt, with its place. Only a body that is not such a message at all is
refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from domain.courts.results import (
    CourtOffence,
    CourtResult,
    Defendant,
    Doubt,
    NextHearing,
    Reason,
    ResultLine,
    Term,
)
from domain.errors import InvalidInputError
from domain.people.people import PersonName, Sex
from domain.plain_text import without_unseen

MOST_BYTES = 2 * 1024 * 1024
_MOST_DEPTH = 40
_MOST_ELEMENTS = 50_000
_MOST_PENCE = 99_999_999_999_999
_SPACE = "http://www.dca.gov.uk/xmlschemas/libra"
_BETWEEN = "|"
_MESSAGE = f"{_SPACE}{_BETWEEN}ResultedCaseMessage"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch
_UNITS = "DWMYHSL"
_LONGEST = 4_000
"""The most characters of a text. The rest is cut off: no court writes that much."""


@dataclass(slots=True)
class _Node:
    """An element: its name without namespace, its text and its children."""

    name: str
    texts: list[str] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text without invisible characters, with each run of blanks as one space."""
        seen = without_unseen(" ".join("".join(self.texts).split()))
        return " ".join(seen.split())[:_LONGEST]

    def all(self, name: str) -> list[_Node]:
        """Return the children with this name."""
        return [one for one in self.children if one.name == name]

    def first(self, *path: str) -> _Node | None:
        """Return the first element at a path of names, or None."""
        found: _Node | None = self
        for name in path:
            found = next(iter(found.all(name)), None) if found else None
        return found

    def said(self, *path: str) -> str:
        """Return the text at a path; empty if there is none."""
        found = self.first(*path)
        return "" if found is None else found.text


class _TooMuchError(Exception):
    """The document is larger than any message can be."""


class _Builder:
    """Builds the elements of a document, within limits, and keeps the first message element."""

    def __init__(self) -> None:
        self.open: list[_Node] = [_Node("")]
        self.count = 0
        self.message: _Node | None = None

    def begin(self, name: str, _attributes: Any) -> None:
        self.count += 1
        if self.count > _MOST_ELEMENTS or len(self.open) > _MOST_DEPTH:
            raise _TooMuchError
        made = _Node(name.rpartition(_BETWEEN)[2])
        self.open[-1].children.append(made)
        self.open.append(made)
        if name == _MESSAGE and self.message is None:
            self.message = made

    def text(self, given: str) -> None:
        self.open[-1].texts.append(given)

    def end(self, _name: str) -> None:
        self.open.pop()

    def refuse(self, *_: Any) -> None:
        raise InvalidInputError(
            "The XML contains a DOCTYPE declaration: remove it and send the message again."
        )


def _parsed(body: bytes | str) -> _Builder:
    """Return the elements of a document. Raises InvalidInputError."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.buffer_text = True
    parser.StartElementHandler = builder.begin
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    # Entities can only be declared in a document type.
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(body, True)
    except _TooMuchError:
        raise _no_message("is nested too deeply or has too many elements") from None
    except (expat.ExpatError, UnicodeError, LookupError, ValueError):
        # The text of the parser's error may repeat the message.
        raise _no_message("is not well-formed XML") from None
    return builder


def _no_message(why: str) -> InvalidInputError:
    return InvalidInputError(f"The message {why}: send one message from a court.")


def read_court_result(body: bytes) -> tuple[CourtResult, tuple[Reason, ...]]:
    """Return the result that a message states, and the doubts about its malformed parts.

    Raises InvalidInputError for a body that is too large, or no message from a court.
    """
    if len(body) > MOST_BYTES:
        raise _no_message("is larger than 2 MiB")
    outer = _parsed(body)
    root = outer.open[0].children[0]
    message, reference = outer.message, _reference(root)
    if message is None and root.name == "RouteData":
        inner = root.first("DataStream", "DataStreamContent")
        if inner is not None:
            message = _parsed("".join(inner.texts).strip()).message
    session = None if message is None else message.first("Session")
    if session is None or session.first("Case", "Defendant") is None:
        raise _no_message("contains no result of a case")
    reader = _Reader()
    return reader.result(session, reference), tuple(reader.reasons)


def _reference(root: _Node) -> str:
    told = root.said("RequestFromSystem", "CorrelationID") or root.said("MessageIdentifier")
    return told[:200]


class _Reader:
    """Reads the parts of a message and records a doubt about each malformed part."""

    def __init__(self) -> None:
        self.reasons: list[Reason] = []

    def doubt(self, doubt: Doubt, pointer: str) -> None:
        self.reasons.append(Reason(doubt, pointer))

    def result(self, session: _Node, reference: str) -> CourtResult:
        case = session.first("Case") or session
        accused = case.first("Defendant") or case
        hearing = session.first("CourtHearing") or session
        heard_on = self.day(hearing, "/heard_on", "Hearing", "DateOfHearing")
        if heard_on is None and not self.reasons:
            self.doubt(Doubt.DAY_MALFORMED, "/heard_on")
        offences = enumerate(accused.all("Offence"))
        return CourtResult(
            reference,
            hearing.said("Hearing", "CourtHearingLocation").upper(),
            hearing.said("PSAcode"),
            heard_on,
            hearing.said("Hearing", "TimeOfHearing"),
            case.said("PTIURN"),
            accused.said("ProsecutorReference"),
            self.defendant(accused),
            tuple(self.offence(one, f"/offences/{n}") for n, one in offences),
        )

    def defendant(self, accused: _Node) -> Defendant:
        firm = accused.first("CourtCorporateDefendant")
        if firm is not None:
            name = firm.said("OrganisationName", "OrganisationName") or firm.said(
                "OrganisationName"
            )
            return Defendant(organisation=name or "unnamed", address=_address(firm))
        one = accused.first("CourtIndividualDefendant") or _Node("")
        person = one.first("PersonDefendant") or _Node("")
        base = person.first("BasePersonDetails") or _Node("")
        named = base.first("PersonName") or _Node("")
        more = (named.said(f"PersonGivenName{n}") for n in (2, 3))
        conditions = person.said("BailConditions") or one.said("BailConditions")
        return Defendant(
            PersonName(
                named.said("PersonGivenName1"),
                named.said("PersonFamilyName"),
                " ".join(part for part in more if part),
            ),
            named.said("PersonTitle"),
            self.day(base, "/defendant/born_on", "Birthdate"),
            {"1": Sex.MALE, "2": Sex.FEMALE}.get(base.said("Gender")),
            person.said("PNCidentifier") or one.said("PNCidentifier"),
            _address(one),
            bail=one.said("BailStatus"),
            bail_conditions=tuple(part for part in map(str.strip, conditions.split(";")) if part),
            present=one.said("PresentAtHearing"),
        )

    def offence(self, one: _Node, at: str) -> CourtOffence:
        base = one.first("BaseOffenceDetails") or _Node("")
        timing = base.first("OffenceTiming") or _Node("")
        place = base.said("LocationOfOffence")
        if base.first("LocationOfOffence") is not None and not 1 <= len(place) <= 80:
            self.doubt(Doubt.PLACE_MALFORMED, f"{at}/place")
        alcohol = base.first("AlcoholRelatedOffence") or _Node("")
        level = (alcohol.said("AlcoholLevelAmount"), alcohol.said("AlcoholLevelMethod"))
        lines = enumerate(one.all("Result"))
        return CourtOffence(
            self.number(base, f"{at}/sequence", "OffenceSequenceNumber", low=0, high=999),
            base.said("OffenceCode").upper(),
            base.said("OffenceWording"),
            timing.said("OffenceDateCode"),
            self.day(timing, f"{at}/began_on", "OffenceStart", "OffenceDateStartDate"),
            self.day(timing, f"{at}/ended_on", "OffenceEnd", "OffenceEndDate"),
            self.day(base, f"{at}/charged_on", "ChargeDate"),
            self.day(base, f"{at}/arrested_on", "ArrestDate"),
            place,
            " ".join(part for part in level if part),
            one.said("Plea"),
            one.said("ModeOfTrial"),
            self.day(one, f"{at}/convicted_on", "ConvictionDate"),
            one.said("ConvictingCourt"),
            one.said("Finding"),
            tuple(self.line(each, f"{at}/lines/{n}") for n, each in lines),
        )

    def line(self, one: _Node, at: str) -> ResultLine:
        outcome = one.first("Outcome") or _Node("")
        duration = outcome.first("Duration") or _Node("")
        return ResultLine(
            one.said("ResultCode"),
            one.said("ResultText"),
            tuple(each.text for each in one.all("ResultCodeQualifier")),
            self.terms(duration, at),
            self.day(duration, f"{at}/starts_on", "DurationStartDate"),
            self.day(duration, f"{at}/ends_on", "DurationEndDate"),
            self.pence(outcome, f"{at}/pence"),
            self.number(outcome, f"{at}/points", "PenaltyPoints", low=0, high=99),
            self.next_hearing(one.first("NextHearing"), at),
        )

    def terms(self, duration: _Node, at: str) -> tuple[Term, ...]:
        found = []
        for n, prefix in enumerate(("Duration", "SecondaryDuration")):
            where = f"{at}/terms/{n}"
            value = self.number(duration, where, f"{prefix}Value", low=1, high=9999)
            unit = duration.said(f"{prefix}Unit")
            if value is None:
                continue
            if len(unit) != 1 or unit not in _UNITS:
                self.doubt(Doubt.NUMBER_MALFORMED, where)
                continue
            found.append(Term(value, unit))
        return tuple(found)

    def next_hearing(self, one: _Node | None, at: str) -> NextHearing | None:
        if one is None:
            return None
        told = one.first("NextHearingDetails") or _Node("")
        return NextHearing(
            told.said("CourtHearingLocation").upper(),
            self.day(told, f"{at}/next_hearing/on", "DateOfHearing"),
            told.said("TimeOfHearing"),
            one.said("NextHearingReason"),
            one.said("BailStatusOffence"),
        )

    def day(self, node: _Node, pointer: str, *path: str) -> date | None:
        """Return the day at a path. A malformed day is recorded as a doubt."""
        text = node.said(*path)
        if not text:
            return None
        try:
            if _DAY(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.doubt(Doubt.DAY_MALFORMED, pointer)
        return None

    def number(self, node: _Node, pointer: str, name: str, *, low: int, high: int) -> int | None:
        """Return the number in an element. A malformed number is recorded as a doubt."""
        text = node.said(name)
        if not text:
            return None
        if text.isascii() and text.isdecimal() and len(text) <= 9 and low <= int(text) <= high:
            return int(text)
        self.doubt(Doubt.NUMBER_MALFORMED, pointer)
        return None

    def pence(self, node: _Node, pointer: str) -> int | None:
        """Return an amount in pence. A malformed amount is recorded as a doubt."""
        text = node.said("ResultAmountSterling")
        if not text:
            return None
        try:
            amount = Decimal(text) * 100
            if amount == amount.to_integral_value() and 0 <= amount <= _MOST_PENCE:
                return int(amount)
        except (ArithmeticError, ValueError):
            pass
        self.doubt(Doubt.AMOUNT_MALFORMED, pointer)
        return None


def _address(one: _Node) -> tuple[str, ...]:
    held = one.first("Address", "SimpleAddress") or one.first("Address", "ComplexAddress")
    return () if held is None else tuple(line.text for line in held.children if line.text)
