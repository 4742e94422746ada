"""Reading a capture from files: one print for each finger, notes, and doubts about finger order.

Rolled prints are preferred to plain ones. A plain print of a finger that also has a rolled one is
used to check the order of the fingers. Nothing is left out without a note.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from domain.errors import InvalidMinutiaeError, UnreadablePrintError
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from prints.features.describing import Description
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import CapturedImage
from service.ports.print_reading import PictureDoubt, PrintFile, ReadPrint, Stated, StatedPerson
from service.usecases.print_desk import PrintDesk, TakenPrint, set_of

# A plain print is compared with the rolled print of every finger, and fingers of different
# positions with one another, because one finger may have been captured twice as two fingers.


LEAST_SCORE = 4.0
"""The match score from which two prints of one capture are taken to be of one finger. It lies
between the two kinds of pairs of 40 drawn prints (two persons, rolled and plain, MINDTCT): 7.8 and
more for one finger, 0.6 at most for two fingers (2026-11). A doubt is only a hint to check, so
this is enough."""

TIMES_AS_MUCH = 2.0
"""How many times better another finger must agree than the finger itself."""


@dataclass(frozen=True, slots=True)
class PrintNote:
    """A note about one print of a capture."""

    position: FingerPosition
    part: str
    """Where in its file the print was; empty for a bare image."""
    words: str
    """The note, one sentence."""
    is_left_out: bool = False
    """Whether the print was left out of the capture."""


@dataclass(frozen=True, slots=True, eq=False)
class _Described:
    position: FingerPosition
    description: Description


def _order_doubts(
    tools: FeatureTools, kept: Sequence[TakenPrint], spare: Sequence[TakenPrint]
) -> Iterator[PrintNote]:
    """Yield the doubts raised by second prints of fingers, and by fingers that agree."""
    first, second = (
        [_Described(one.impression.position, tools.describe(set_of(one.minutiae))) for one in some]
        for some in (kept, spare)
    )
    yield from _elsewhere(tools, first, second)
    yield from _twice(tools, first)


def _elsewhere(
    tools: FeatureTools, kept: Sequence[_Described], spare: Sequence[_Described]
) -> Iterator[PrintNote]:
    """Yield fingers whose second print agrees with another finger better than with its own."""
    for one in spare:
        found = {other.position: tools.match(one.description, other.description) for other in kept}
        own = found.get(one.position)
        if own is None:
            continue
        position, best = max(found.items(), key=lambda item: item[1].match_score)
        is_other = position is not one.position and best.match_score >= LEAST_SCORE
        if is_other and best.match_score > TIMES_AS_MUCH * own.match_score:
            yield PrintNote(
                one.position,
                "",
                "The plain and rolled prints of this finger differ, and the plain print "
                f"agrees with the {position.words}: check the order of the fingers.",
            )


def _twice(tools: FeatureTools, kept: Sequence[_Described]) -> Iterator[PrintNote]:
    """Yield fingers that agree with a finger of another position, as if captured twice."""
    for one, other in combinations(kept, 2):
        if one.position is other.position:
            continue
        if tools.match(one.description, other.description).match_score >= LEAST_SCORE:
            yield PrintNote(
                other.position,
                "",
                f"This print agrees with the {one.position.words}: one finger may have "
                "been captured twice.",
            )


LOW_QUALITY = 30
"""NFIQ 2 value below which a finger should be captured again if possible; chosen by judgement."""

_AMPUTATED = "The finger is amputated, according to the file (field 14.018)."
_HURT = (
    "The finger could not be printed: it is bandaged or hurt, according to "
    "the file (field 14.018)."
)
_FINDS_MARKS = "leader"
_POORLY_READ = (
    "The mark was read by NBIS, which finds most minutiae in the background "
    "of a mark: LEADER is not installed."
)
_OF_SCALE = (PictureDoubt.RIDGES_TOO_WIDE, PictureDoubt.RIDGES_TOO_CLOSE)
_DOUBTS = {
    PictureDoubt.NO_PRINT: "No fingerprint was recognised in the picture: it may be noise, a "
    "photograph or a pattern. The picture is still used in the search.",
    PictureDoubt.RIDGES_TOO_WIDE: "The ridges are far too wide for the resolution: check whether "
    "the picture has twice as many pixels per inch.",
    PictureDoubt.RIDGES_TOO_CLOSE: "The ridges are far too close for the resolution: check "
    "whether the picture has half as many pixels per inch.",
    PictureDoubt.SEVERAL_FINGERS: "The picture seems to show more than one finger: send one "
    "picture of each finger.",
    PictureDoubt.TURNED: "The print seems to be upside down or on its side: turn the picture "
    "so that the fingertip is at the top. A single finger is still "
    "found; several fingers together are not.",
    PictureDoubt.NEGATIVE: "The background is as dark as ridges should be: the picture may be "
    "a negative. Send it with dark ridges on a light background.",
}
_BESIDE_A_PICTURE = (
    "These minutiae were sent separately from a picture of this finger and are not used in "
    "the search: send both in one transaction, with the same IDC."
)


@dataclass(frozen=True, slots=True, eq=False)
class SentFile:
    """A file as sent, with the sender's statements about it; None for what is not stated."""

    data: bytes
    position: FingerPosition | None = None
    impression_type: ImpressionType | None = None
    stated: Stated = field(default_factory=Stated)


@dataclass(frozen=True, slots=True, eq=False)
class FileCapture:
    """A capture read from files."""

    prints: tuple[TakenPrint, ...]
    """One print for each finger, in the order of positions; there may be several marks of an
    unknown finger."""
    bare: tuple[tuple[Impression, MinutiaeView], ...]
    """Impressions that were sent only as minutiae."""
    notes: tuple[PrintNote, ...]
    person: StatedPerson
    reference: str = ""
    """The transaction's control number (TCN); empty if there is none."""
    date: str = ""
    """The transaction's day, YYYYMMDD; empty if there is none."""

    @property
    def impressions(self) -> tuple[Impression, ...]:
        """All impressions, with or without a picture."""
        return (*(one.impression for one in self.prints), *(one for one, _ in self.bare))

    @property
    def images(self) -> tuple[CapturedImage, ...]:
        """The pictures to store."""
        return tuple(one.image for one in self.prints)

    @property
    def minutiae(self) -> tuple[MinutiaeView, ...]:
        """The minutiae to store."""
        return (*(one.minutiae for one in self.prints), *(view for _, view in self.bare))


def capture_of_files(
    desk: PrintDesk, files: Sequence[SentFile], usual: ImpressionType
) -> FileCapture:
    """Return the capture that files contain. Prints that state no impression type get `usual`.

    Raises UnreadablePrintError if a whole file is damaged or no print is left, and
    InvalidInputError if templates of the gallery's format are not made here.
    """
    desk.demand_features()
    read = [desk.reader.read(one.data, one.stated) for one in files]
    notes = list(_refusals(read))
    taken = list(_taken(desk, _stated_prints(files, read, usual), notes))
    bare = list(_bare(desk, read, {one.impression.position for one in taken}, notes))
    kept, spare = _one_a_finger(taken)
    notes += _doubts(desk, kept, spare)
    notes += _remarks(kept)
    if not kept and not bare:
        left_out = (note.words for note in notes if note.is_left_out)
        raise UnreadablePrintError(next(left_out, "There is no print of a finger in the file."))
    transactions = [one.transaction for one in read if one.transaction is not None]
    people = [one.person for one in read if one.person != StatedPerson()]
    return FileCapture(
        tuple(kept),
        tuple(bare),
        tuple(notes),
        people[0] if people else StatedPerson(),
        transactions[0].control_number if transactions else "",
        transactions[0].date if transactions else "",
    )


def _refusals(read: Sequence[PrintFile]) -> Iterator[PrintNote]:
    for file in read:
        for one in file.refused:
            yield PrintNote(FingerPosition.UNKNOWN, one.part, one.reason, is_left_out=True)
        for gone in file.missing:
            yield PrintNote(gone.position, gone.part, _AMPUTATED if gone.is_amputated else _HURT)


def _stated_prints(
    files: Sequence[SentFile], read: Sequence[PrintFile], usual: ImpressionType
) -> Iterator[ReadPrint]:
    """Yield the prints, with the finger and the type that the file or its sender states."""
    for sent, file in zip(files, read, strict=True):
        for one in file.prints:
            yield replace(
                one,
                position=one.position or sent.position or FingerPosition.UNKNOWN,
                impression_type=one.impression_type or sent.impression_type or usual,
            )


def _taken(
    desk: PrintDesk, prints: Iterator[ReadPrint], notes: list[PrintNote]
) -> Iterator[TakenPrint]:
    for one in prints:
        kind = one.impression_type or ImpressionType.PLAIN
        try:
            yield desk.taken(one, one.position, kind)
        except UnreadablePrintError as error:
            notes.append(PrintNote(one.position, one.part, error.detail, is_left_out=True))


def _bare(
    desk: PrintDesk,
    read: Sequence[PrintFile],
    pictured: set[FingerPosition],
    notes: list[PrintNote],
) -> Iterator[tuple[Impression, MinutiaeView]]:
    """Yield the impressions sent as minutiae without a picture: the first one of each finger."""
    seen = set(pictured)
    for view in (view for file in read for view in file.minutiae):
        if view.position in pictured:
            notes.append(PrintNote(view.position, "", _BESIDE_A_PICTURE, is_left_out=True))
        if view.position in seen:
            continue
        try:
            yield desk.impression_of(view, quality=view.quality or 0), view
            seen.add(view.position)
        except (UnreadablePrintError, InvalidMinutiaeError) as error:
            notes.append(PrintNote(view.position, "", error.detail, is_left_out=True))


def _one_a_finger(taken: Sequence[TakenPrint]) -> tuple[list[TakenPrint], list[TakenPrint]]:
    """Return the prints to keep (rolled before plain, better first) and the other prints."""
    rank = {ImpressionType.ROLLED: 0, ImpressionType.PLAIN: 1, ImpressionType.LATENT: 2}
    best_first = sorted(
        taken,
        key=lambda one: (rank[one.impression.impression_type], -one.impression.quality),
    )
    kept: dict[FingerPosition, TakenPrint] = {}
    spare: list[TakenPrint] = []
    for one in best_first:
        position = one.impression.position
        if position in kept:
            spare.append(one)
        else:
            kept[position] = one
    return [kept[position] for position in sorted(kept)], spare


def _doubts(
    desk: PrintDesk, kept: Sequence[TakenPrint], spare: Sequence[TakenPrint]
) -> Iterator[PrintNote]:
    for one in spare:
        words = (
            "This is a second print of the finger. It was used to check the order of "
            "the fingers, and is not kept."
        )
        yield PrintNote(one.impression.position, one.source.part, words, is_left_out=True)
    yield from _order_doubts(desk.demand_features(), kept, spare)


def _remarks(kept: Sequence[TakenPrint]) -> Iterator[PrintNote]:
    for one in kept:
        for words in _remarks_on(one):
            yield PrintNote(one.impression.position, one.source.part, words)


def _remarks_on(one: TakenPrint) -> Iterator[str]:
    source, quality = one.source, one.minutiae.quality
    if quality is None:
        yield "The quality of the print cannot be measured, so it counts as 0."
    elif quality < LOW_QUALITY:
        yield f"The quality of the print is {quality} of 100: capture the finger again if you can."
    is_mark = source.impression_type is ImpressionType.LATENT
    if is_mark and not one.read_by.startswith(_FINDS_MARKS):
        yield _POORLY_READ
    if one.led is not None:
        yield one.led.words
    yield from remarks_on_picture(source)


def remarks_on_picture(source: ReadPrint) -> Iterator[str]:
    """Yield remarks on a picture: its scale, how it was read, and doubts about it.

    A mark has few ridges, so only doubts about its scale are given.
    """
    yield from _on_scale(source)
    is_mark = source.impression_type is ImpressionType.LATENT
    for doubt in source.doubts:
        if not is_mark or doubt in _OF_SCALE:
            yield _DOUBTS[doubt]
    yield from source.remarks


def _on_scale(source: ReadPrint) -> Iterator[str]:
    if not source.is_ppi_stated:
        yield (
            f"The picture does not state its resolution: {source.ppi} pixels per inch are assumed."
        )
    if source.scanned_ppi < source.ppi:
        yield f"The print was scanned at {source.scanned_ppi} pixels per inch and then enlarged."
    elif source.ppi < 500:
        yield f"The print was scanned at {source.ppi} pixels per inch; 500 are usual."
