"""The changes that a court's result makes to a record: disposals, convictions, added offences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.courts.results import CourtOffence, CourtResult, ResultLine, Term
from domain.ids import ForceCode
from domain.people.amendments import Add, Change, Correct
from domain.people.convictions import (
    Amount,
    ConvictedOffence,
    Conviction,
    Court,
    InformationSource,
    Nature,
    Sanction,
    SentenceKind,
    Source,
)
from domain.people.identifiers import held_asn, plain_asn
from domain.people.items import Item, ItemId, ItemKind
from domain.people.partial_dates import PartialDate, age_on
from domain.people.people import ArrestReport, Disposal, DisposalType, Offence
from domain.plain_text import TableCode
from rules.courts.judging import SINE_DIE, Judged, entered
from rules.courts.judging import Change as Step
from rules.courts.pairing import Charge
from rules.courts.tables import RESULTS, CourtTables

_ADULT_YEARS = 18
_MOST_WORDS = 200
_CONSECUTIVE = "F"
_LIFE = "L"
_WRITTEN = {"Y": "Y", "M": "M", "W": "W", "D": "D"}
"""The units of durations that rules can compute with."""
_SUMMARY = {"CS": True, "CM": True, "CE": False, "CI": False}
_VERDICTS = frozenset(
    {
        *(DisposalType.CONVICTED, DisposalType.ACQUITTED, DisposalType.CAUTIONED),
        *(DisposalType.SINE_DIE, DisposalType.NO_FURTHER_ACTION),
    }
)


def charges_under(held: Sequence[Item], asn: str | None) -> tuple[Charge, ...]:
    """Return the charges of arrest reports with this ASN, given as compared; of all if None."""
    reports = {
        one.item_id: plain_asn(one.value.asn)
        for one in held
        if isinstance(one.value, ArrestReport) and asn in (None, plain_asn(one.value.asn))
    }
    found: list[Charge] = []
    left = [one for one in held if isinstance(one.value, Conviction)]
    for one in held:
        if isinstance(one.value, Offence) and one.parent is not None and one.parent in reports:
            charge = _charge(held, (one.item_id, one.parent), one.value)
            found.append(_convicted(charge, reports[one.parent], left))
    return tuple(found)


def _convicted(charge: Charge, asn: str, left: list[Item]) -> Charge:
    """Return a charge with its conviction, taken from those that are left.

    Of two convictions of one day for the same offence, each is that of one charge.
    """
    for item in left:
        one = item.value
        if (
            isinstance(one, Conviction)
            and (plain_asn(one.asn), one.decided_on) == (asn, charge.judged_on)
            and any(
                each.national_code == charge.code and _is_begun(each.began_on, charge.began_on)
                for each in one.offences
            )
        ):
            left.remove(item)
            return replace(charge, conviction=item.item_id, passed=one.sanctions)
    return charge


def _is_begun(told: PartialDate | None, on: date) -> bool:
    return told is None or not told.is_complete or told == _partial(on)


def _charge(held: Sequence[Item], ids: tuple[ItemId, ItemId], offence: Offence) -> Charge:
    """Return an offence as a charge. `ids` are those of the offence and of its arrest report."""
    given = sorted((one for _, one in _disposals(held, ids[0])), key=lambda one: one.on)
    last = given[-1] if given else None
    is_judged = last is not None and last.disposal_type in _VERDICTS
    return Charge(
        *ids,
        offence.code,
        offence.committed_on,
        offence.ended_on,
        last.on if last is not None and is_judged else None,
        is_sine_die=last is not None and last.disposal_type is DisposalType.SINE_DIE,
        is_penalty=any(one.disposal_type is DisposalType.PENALTY_NOTICE for one in given),
    )


def _disposals(held: Sequence[Item], offence_id: str) -> list[tuple[Item, Disposal]]:
    return [
        (one, one.value)
        for one in held
        if isinstance(one.value, Disposal) and one.parent == offence_id
    ]


def changes_of(
    tables: CourtTables,
    result: CourtResult,
    judged: Judged,
    record: tuple[Sequence[Item], ForceCode],
    today: date,
) -> tuple[Change, ...]:
    """Return a result's changes to a record, given as items and force; none if adjourned.

    Raises InvalidInputError for what no record can hold.
    """
    held, force = record
    writer = _Writer(tables, result, held, today)
    steps: dict[int, set[Step]] = {}
    for place, step in judged.changes:
        steps.setdefault(place, set()).add(step)
    found: list[Change] = []
    for place, charge in judged.pairs:
        found += writer.of_charge(result.offences[place], charge, steps.get(place, set()))
    added = [result.offences[place] for place in judged.added]
    if judged.pairs:
        beside = judged.pairs[0][1]
        found += [one for each in added for one in writer.of_added(each, beside)]
    elif added:
        found += writer.of_report(added, force)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes the changes that follow from one result."""

    tables: CourtTables
    result: CourtResult
    held: Sequence[Item]
    today: date

    def of_charge(
        self, offence: CourtOffence, charge: Charge, steps: set[Step]
    ) -> Iterator[Change]:
        """Yield the changes to an offence that is on record."""
        if steps & {Step.JUDGED, Step.VARIED}:
            disposal = self._disposal(offence)
            before = self._sine_die(charge)
            if before is not None and before.value != disposal:
                yield Correct(before.item_id, ItemKind.DISPOSAL, disposal)
            elif before is None:
                yield Add(ItemKind.DISPOSAL, disposal, charge.item_id)
            if disposal.disposal_type is DisposalType.CONVICTED:
                yield Add(ItemKind.CONVICTION, self._conviction(offence, self._asn(charge)))
        if Step.SENTENCED in steps:
            yield self._sentence(offence, charge)

    def of_added(self, offence: CourtOffence, beside: Charge) -> Iterator[Change]:
        """Yield the changes for an offence that the court added to a case."""
        yield Add(ItemKind.OFFENCE, self._new(offence), beside.case)
        yield from self._if_convicted(offence, self._asn(beside))

    def of_report(self, offences: Sequence[CourtOffence], force: ForceCode) -> Iterator[Change]:
        """Yield a new entry for offences that belong to no entry of the record."""
        asn = held_asn(self.result.asn)
        days = [one.arrested_on or one.charged_on or self._on(one) for one in offences]
        report = ArrestReport(asn, force, min(days), tuple(map(self._new, offences)))
        yield Add(ItemKind.ARREST_REPORT, report)
        for one in offences:
            yield from self._if_convicted(one, asn)

    def _new(self, offence: CourtOffence) -> Offence:
        return Offence(
            offence.code,
            offence.wording or offence.code,
            self.tables.is_recordable(offence.code),
            offence.began_on or self._on(offence),
            (self._disposal(offence),),
            offence.ended_on,
        )

    def _if_convicted(self, offence: CourtOffence, asn: str) -> Iterator[Change]:
        if self._outcome(offence) is DisposalType.CONVICTED:
            yield Add(ItemKind.CONVICTION, self._conviction(offence, asn))

    def _asn(self, charge: Charge) -> str:
        report = next(one.value for one in self.held if one.item_id == charge.case)
        return report.asn if isinstance(report, ArrestReport) else ""

    def _on(self, offence: CourtOffence) -> date:
        return offence.convicted_on or self.result.heard_on or self.today

    def _sine_die(self, charge: Charge) -> Item | None:
        held = _disposals(self.held, charge.item_id)
        adjourned = (item for item, one in held if one.disposal_type is DisposalType.SINE_DIE)
        return next(adjourned, None)

    def _disposal(self, offence: CourtOffence) -> Disposal:
        words = "; ".join(line.text or line.code for line in offence.lines)[:_MOST_WORDS]
        return Disposal(self._outcome(offence), self._on(offence), words)

    def _outcome(self, offence: CourtOffence) -> DisposalType:
        """Return the outcome: a verdict of guilt, the end of a charge, or no verdict yet."""
        codes = {line.code for line in entered(self.tables, offence)}
        if codes == {SINE_DIE}:
            return DisposalType.SINE_DIE
        is_admitted = offence.plea == "7" and not codes & self.tables.adjourning
        is_convicted = offence.convicted_on is not None and not offence.finding
        is_ended = any(code[:2] in ("20", "21") for code in codes)
        if (
            offence.finding == "G"
            or is_convicted
            or (is_admitted and not is_ended and not offence.finding)
        ):
            return DisposalType.CONVICTED
        if offence.finding == "C":
            return DisposalType.CAUTIONED
        if not offence.finding and not is_ended:
            return DisposalType.CHARGED
        return DisposalType.ACQUITTED

    def _conviction(self, offence: CourtOffence, asn: str) -> Conviction:
        on = self._on(offence)
        court = self.result.court
        return Conviction(
            Court(self.tables.court(court) or "", court),
            on,
            (self._offence(offence),),
            tuple(self._sanctions(offence, on, None)),
            Source(InformationSource.COURT, stated_on=self.result.heard_on),
            proceedings=self.result.case_number,
            asn=asn,
            was_under_18=self._was_under_18(on),
            is_summary_only=_SUMMARY.get(
                self.tables.categories.get(self.tables.offence(offence.code) or "", "")
            ),
            recorded_on=self.today,
        )

    def _offence(self, offence: CourtOffence) -> ConvictedOffence:
        return ConvictedOffence(
            offence.code,
            offence.wording or offence.code,
            began_on=_partial(offence.began_on),
            ended_on=_partial(offence.ended_on),
            place=offence.place,
            is_recordable=self.tables.is_recordable(offence.code),
        )

    def _was_under_18(self, on: date) -> bool | None:
        born = self.result.defendant.born_on
        if born is None:
            return None
        return age_on(born, on) < _ADULT_YEARS

    def _sentence(self, offence: CourtOffence, charge: Charge) -> Change:
        """Return the change that adds a later sentence to its conviction."""
        passed = tuple(self._sanctions(offence, self._on(offence), self.result.heard_on))
        earlier = next((one for one in self.held if one.item_id == charge.conviction), None)
        if earlier is None or not isinstance(earlier.value, Conviction):
            made = self._conviction(offence, self._asn(charge))
            return Add(ItemKind.CONVICTION, replace(made, sanctions=passed))
        value = replace(earlier.value, sanctions=charge.passed + passed)
        return Correct(earlier.item_id, ItemKind.CONVICTION, value)

    def _sanctions(
        self, offence: CourtOffence, decided_on: date, begins: date | None
    ) -> Iterator[Sanction]:
        for line in entered(self.tables, offence):
            if line.code not in self.tables.adjourning and line.code[0] != "2":
                yield self._sanction(line, decided_on, begins)

    def _sanction(self, line: ResultLine, decided_on: date, begins: date | None) -> Sanction:
        kind = self.tables.kinds.get(line.code, SentenceKind.UNSTRUCTURED)
        first, second = (*line.terms, None, None)[:2]
        is_life = first is not None and first.unit == _LIFE
        starts_on = line.starts_on if line.starts_on and line.starts_on >= decided_on else begins
        return Sanction(
            SentenceKind.LIFE if is_life and kind is SentenceKind.CUSTODY else kind,
            TableCode(RESULTS, line.code),
            Nature.PRINCIPAL if line.code.startswith("1") else Nature.ANCILLARY,
            duration=_duration(first),
            # The second length of another sentence, such as an extended one, suspends nothing.
            suspended_for=_duration(second) if kind is SentenceKind.CUSTODY else "",
            starts_on=starts_on,
            ends_on=line.ends_on,
            is_indefinite=is_life,
            is_consecutive=_CONSECUTIVE in line.qualifiers,
            amounts=(Amount(line.pence, "GBP"),) if line.pence else (),
            words=line.text[:_MOST_WORDS],
        )


def _partial(day: date | None) -> PartialDate | None:
    return None if day is None else PartialDate.of(day)


def _duration(term: Term | None) -> str:
    """Return a length as ISO 8601; empty for hours, sessions and life, which are only words."""
    return "" if term is None or term.unit not in _WRITTEN else f"P{term.value}{term.unit}"
