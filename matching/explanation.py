"""Rows of evidence in words that an examiner understands. No row contains a personal value.

A note states the agreement, its frequency and the number of chances, but never a name, a date or
an address, because evidence is kept as long as its decision and details are not.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import repeat
from operator import add

import numpy as np

from domain.arrays import Int64s
from domain.prints.prints import FINGERS, IMPRESSION_TYPES
from domain.searches.evidence import WITHHELD, EvidenceRow, EvidenceSource, probability_words
from domain.searches.models import Kind
from matching.biometric import FingerPairs
from matching.comparators.pairs import Compared
from matching.experience import Rates, needed, upper_share
from matching.findings import Support
from matching.fusion import posterior
from matching.levels import NOT_COMPARED, Bits, Level, Scale
from matching.parameters import FEW_ROWS

NOT_COMPARED_NOTE = "One side or both give nothing that can be compared, so this adds nothing."
UNWEIGHED_ROW = EvidenceRow(
    EvidenceSource.DETAILS_BOUND,
    "not weighed",
    0.0,
    "Details were not weighed, because the prints exclude this person: no details could "
    "change that.",
)
"""The row of a candidate whose details stay unweighed because the prints were weighed first."""
_STRENGTHS = ("unlike", "undecided", "alike", "strongly alike")
_STRENGTH_BITS = np.array([-1.0, 3.0, 10.0])
"""Bits from which a finger has the second, third and fourth strength."""
_BOUND_LEVELS = ("never demotes", "capped")
_BOUND_NOTES = (
    "People may give details that are not theirs, so details that disagree never lower the "
    "weight of prints.",
    "Details may be borrowed or shared in a family, so their weight beside prints is limited.",
)
_SUPPORT_LEVELS = ("at least this", "within the counts", "at most this against")
_SUPPORT_NOTES = (
    "At least this: {:,} comparisons of different people cannot support more.",
    "Within what {:,} comparisons of different people support.",
    "A capture can fail or be filed wrongly, so evidence against a person is limited.",
)
_THOUSANDTHS = 1000
_PROBABILITIES = [probability_words(at / _THOUSANDTHS) for at in range(_THOUSANDTHS + 1)]
_NOTICED_BITS = 0.5
"""Bits from which a correction by counts is explained in words."""
_FINGER_WORDS = [finger.words.capitalize() for finger in FINGERS]
_TYPES = len(IMPRESSION_TYPES)
_COSINES = 201
"""Number of cosines in hundredths, from -1.00 to 1.00."""


def detail_rows(scale: Scale, found: Compared, candidates: Int64s) -> list[EvidenceRow]:
    """Return the rows of these candidates, int64 (n,), in order, for one comparison of details.

    Candidates with the same level, bits, pairs and rarity share one row.
    """
    if not found.codes.take(candidates).any():
        return [_not_compared(scale.source)] * len(candidates)
    compared = found.take(candidates)
    if compared.account is not None:
        return _accounted_rows(scale, compared)
    if len(candidates) <= FEW_ROWS:
        return _rows_one_by_one(scale, compared)
    # If no frequency adjusted a level, its bits follow from the level and the number of pairs.
    width = len(scale.levels) + 1
    kinds = compared.pairs * width + compared.codes
    worth = np.zeros(kinds.max(initial=0) + 1)
    worth[kinds] = compared.bits
    rows = {
        kind: _detail_row(scale, kind % width, float(worth[kind]), kind // width, 0.0)
        for kind in np.flatnonzero(np.bincount(kinds)).tolist()
    }
    result = list(map(rows.__getitem__, kinds.tolist()))
    adjusted = np.flatnonzero(compared.rarities)
    if adjusted.size:
        for place, row in zip(
            adjusted.tolist(), _rows_one_by_one(scale, compared.take(adjusted)), strict=True
        ):
            result[place] = row
    return result


def _accounted_rows(scale: Scale, compared: Compared) -> list[EvidenceRow]:
    """Return one row for each candidate, with the explanation of that candidate's own pair."""
    rows = _rows_one_by_one(scale, compared)
    accounts = [compared.account(at) if compared.account else "" for at in range(len(rows))]
    return [
        row._replace(note=f"{row.note} {account}") if account else row
        for row, account in zip(rows, accounts, strict=True)
    ]


def _rows_one_by_one(scale: Scale, compared: Compared) -> list[EvidenceRow]:
    """Return a row for each candidate: for few of them, or for values of known frequency."""
    columns = (compared.codes, compared.bits, compared.pairs, compared.rarities)
    keys = list(zip(*[column.tolist() for column in columns], strict=True))
    rows = {key: _detail_row(scale, *key) for key in set(keys)}
    return [rows[key] for key in keys]


def _detail_row(scale: Scale, code: int, bits: float, pairs: int, rarity: float) -> EvidenceRow:
    """Return one row; a rarity of 0 means that no frequency adjusted the bits."""
    if code == NOT_COMPARED:
        return _not_compared(scale.source)
    level = scale.levels[code - 1]
    return EvidenceRow(scale.source, level.key, bits, _note(level, pairs, rarity))


@cache
def _not_compared(source: EvidenceSource) -> EvidenceRow:
    return EvidenceRow(source, "not compared", 0.0, NOT_COMPARED_NOTE)


def _note(level: Level, pairs: int, rarity: float) -> str:
    parts = [level.sentence]
    if rarity:
        parts.append(_rarity_words(rarity, level.frequency))
    if pairs > 1:
        parts.append(_pairs_words(pairs))
    return " ".join(parts)


@lru_cache(maxsize=4096)
def _rarity_words(rarity: float, what: str) -> str:
    return f"About 1 person in {_rounded(1.0 / rarity):,} has the same {what}."


@lru_cache(maxsize=1024)
def _pairs_words(pairs: int) -> str:
    return f"Best of {pairs} pairs; {np.log2(pairs):.1f} bits are deducted for that."


def _rounded(number: float) -> int:
    """Round to two significant digits, because a frequency is an estimate."""
    digits = max(int(np.floor(np.log10(number))) - 1, 0)
    return int(round(number / 10**digits) * 10**digits)


def print_rows(pairs: FingerPairs, fingers: Bits, candidates: Int64s) -> list[EvidenceRow]:
    """Return the rows of these candidates, int64 (n,), one for each finger compared.

    `fingers`: float64 (k, 10), bits, NaN where not compared. Int64s are ordered by finger.
    """
    columns, places = np.nonzero(~np.isnan(fingers[candidates].T))
    at = (candidates[places], columns)
    bits = fingers[at]
    kinds = (columns * _TYPES + pairs.probe_codes[at]) * _TYPES + pairs.held_codes[at]
    hundredths = np.rint(pairs.cosines[at].astype(np.float64) * 100.0).astype(np.int64)
    qualities = pairs.probe_qualities[at].astype(np.int64) * 256 + pairs.held_qualities[at]
    notes = map(
        add,
        _texts(kinds * _COSINES + hundredths + 100, _finger_words),
        _texts(qualities, _quality_words),
    )
    strengths = np.searchsorted(_STRENGTH_BITS, bits, side="right").tolist()
    return made_rows(EvidenceSource.PRINT, map(_STRENGTHS.__getitem__, strengths), bits, notes)


def _texts(codes: Int64s, words: Callable[[int], str]) -> Iterator[str]:
    """Yield the text for each code. Each distinct text is built only once."""
    listed = codes.tolist()
    table = {code: words(code) for code in set(listed)}
    return map(table.__getitem__, listed)


# One per finger, two impression types and a similarity: 18,090 at most.
@lru_cache(maxsize=20_000)
def _finger_words(code: int) -> str:
    kind, hundredths = divmod(code, _COSINES)
    rest, held_code = divmod(kind, _TYPES)
    finger, probe_code = divmod(rest, _TYPES)
    words = _FINGER_WORDS[finger]
    types = f"{IMPRESSION_TYPES[probe_code]} against {IMPRESSION_TYPES[held_code]}"
    return f"{words}, {types}: similarity {(hundredths - 100) / 100:.2f}, "


@lru_cache(maxsize=20_000)
def _quality_words(code: int) -> str:
    probe_quality, held_quality = divmod(code, 256)
    return f"quality {probe_quality} against {held_quality}."


MOVED_LAW = "moved law"
"""Given in place of a template format if the distribution of prints no longer fits the model."""


@lru_cache(maxsize=16)
def withheld_row(template_format: str) -> EvidenceRow:
    """Return the row for prints that no model can weigh."""
    note = (
        f"No model is fitted on templates of {template_format}, so the prints have no weight "
        "of evidence (bits). Candidates are listed by how closely their prints agree."
    )
    if template_format == MOVED_LAW:
        note = (
            "The evidence is withheld, because comparisons do not follow the model. "
            "Candidates are listed by how closely their prints agree."
        )
    return EvidenceRow(EvidenceSource.PRINT, WITHHELD, 0.0, note)


def dependence_rows(bits: Bits, *, is_mark: bool) -> list[EvidenceRow]:
    """Return the rows that correct the sum over fingers to the joint evidence of the fingers."""
    source = EvidenceSource.PRINT_DEPENDENCE
    if is_mark:
        note = (
            "It is not known which finger made the mark, so each finger tried was a "
            "further chance of agreement."
        )
        return made_rows(source, repeat("fingers tried"), bits, repeat(note))
    note = (
        "Fingers captured together share their quality, so together they say less than "
        "separate fingers would."
    )
    return made_rows(source, repeat("fingers together"), bits, repeat(note))


def bound_rows(bits: Bits, promotions: Bits) -> list[EvidenceRow]:
    """Return the rows for the limit on details in a search led by prints."""
    caps = (promotions > 0).tolist()
    levels, notes = map(_BOUND_LEVELS.__getitem__, caps), map(_BOUND_NOTES.__getitem__, caps)
    return made_rows(EvidenceSource.DETAILS_BOUND, levels, bits, notes)


def support_rows(support: Support, totals: Bits, candidates: Int64s) -> list[EvidenceRow]:
    """Return the rows that limit these candidates to what the counts support.

    `totals`: float64 (n,), the log2 odds of each candidate.
    """
    bits, widths = support.bits[candidates], support.half_widths[candidates]
    ends = posterior(np.stack([totals - widths, totals + widths], axis=1))
    ranges = np.rint(ends * _THOUSANDTHS).astype(np.int64).tolist()
    kinds = np.searchsorted([-_NOTICED_BITS, _NOTICED_BITS], bits).tolist()
    told: Iterable[str] = (_SUPPORT_NOTES[kind].format(support.comparisons) for kind in kinds)
    if support.rates is not None and support.rates.is_enough:
        told = _met_words(support.rates, candidates)
    elif support.rates is not None:
        met = support.rates
        of = f"{met.counted:,} of {needed(met.target):,}"
        told = map(_UNMET[met.experience.kind is Kind.MARK].format(of).__add__, told)
    notes: Iterable[str] = (
        f"{one} Probability {_PROBABILITIES[low]} to {_PROBABILITIES[high]} (95 % interval)."
        for one, (low, high) in zip(told, ranges, strict=True)
    )
    levels = map(_SUPPORT_LEVELS.__getitem__, kinds)
    if support.by_prints is not None:
        led = map(_BY_PRINTS.__getitem__, support.by_prints[candidates].astype(int).tolist())
        notes = map(str.__add__, notes, led)
    return made_rows(EvidenceSource.COUNTS_BOUND, levels, bits, notes)


def _met_words(met: Rates, candidates: Int64s) -> Iterator[str]:
    """Yield how many of the counted searches had a stranger as similar as each candidate."""
    what = _COUNTED[met.experience.kind is Kind.MARK]
    wanted, rest = needed(met.target), ""
    if what == _COUNTED[0] and met.experience.rehearsed.searches < wanted:
        rest = f" Nobody is proposed until there are {wanted:,}."
    if met.experience.is_withheld:
        rest = " Nobody is proposed: examiners excluded too many proposals of this kind."
    shares = met.shares[candidates].tolist()
    for seen, rate in zip(met.seen[candidates].tolist(), shares, strict=True):
        who = (
            "none found anybody as similar" if not seen else f"{seen:,} found somebody as similar"
        )
        is_raised = not rest and rate > met.target >= upper_share(seen, met.counted)
        yield f"Of {met.counted:,} {what}, {who}.{_RAISED if is_raised else rest}"


_RAISED = " Not proposed: the gallery has grown, or live searches found more similar strangers."


_COUNTED = ("trial searches", "decided marks")
_UNMET = (
    "Trial searches so far: {}. ",
    "Nobody is proposed yet: {} decided marks have been counted. Candidates are only ranked. ",
)


_BY_PRINTS = (
    " The prints by themselves do not reach their threshold; with details, the total may.",
    " The prints by themselves reach their threshold, whatever the details say.",
)


def made_rows(
    source: EvidenceSource, levels: Iterable[str], bits: Bits, notes: Iterable[str]
) -> list[EvidenceRow]:
    """Return one row for each of these bits, float64 (n,), with its level and note."""
    values = zip(repeat(source), levels, bits.tolist(), notes)
    # Made without a Python call for each row, because a search may have tens of thousands.
    return list(map(tuple.__new__, repeat(EvidenceRow), values))
