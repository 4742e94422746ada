"""Draws a filled-in, inked form: uint8 (HEIGHT_PX, WIDTH_PX); the faults of film, and rolls."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

from data.synthetic.names.tables import origin_tables
from data.synthetic.ridges.impressions import png_bytes, render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.arrays import UInt8s
from domain.conversion.form import PRINTS_ROW, PRINTS_TOP, REGIONS, FormField, Region
from domain.people.identifiers import make_cro_number
from domain.prints.prints import FingerPosition, ImpressionType

WIDTH_PX, HEIGHT_PX = 1_200, 1_600
PAPER, INK = 232, 40

Picture = UInt8s

_TYPED = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")
_BY_HAND = ("STIXGeneralItalic.ttf", "STIXGeneralBolIta.ttf", "DejaVuSerif-Italic.ttf")
_LABEL_FONT = "DejaVuSans.ttf"


def draw_form(
    texts: Mapping[FormField, str], rng: np.random.Generator, *, by_hand: bool
) -> Picture:
    """Return a form with its printed labels and its filled-in fields, but without prints."""
    sheet = Image.new("L", (WIDTH_PX, HEIGHT_PX), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((60, 50), "DESCRIPTIVE FORM", font=_font(_LABEL_FONT, 40), fill=INK)
    face = str(rng.choice(_BY_HAND if by_hand else _TYPED))
    for field in FormField:
        left, top, width, height = _box(REGIONS[field])
        pen.rectangle((left, top, left + width, top + height), outline=120)
        label = field.value.replace("-", " ")
        pen.text((left + 6, top + 2), label, font=_font(_LABEL_FONT, 16), fill=110)
        _fill_in(sheet, texts.get(field, ""), (left + 14, top + 26), _font(face, 38), rng, by_hand)
    return np.asarray(sheet, dtype=np.uint8).copy()


def _fill_in(
    sheet: Image.Image,
    text: str,
    at: tuple[int, int],
    font: ImageFont.FreeTypeFont,
    rng: np.random.Generator,
    by_hand: bool,
) -> None:
    """Write letter by letter, as unevenly as a typewriter or a hand."""
    pen = ImageDraw.Draw(sheet)
    x, y = float(at[0]), float(at[1])
    climb = rng.normal(0, 0.02) if by_hand else 0.0
    for letter in text:
        drop = rng.normal(0, 1.6 if by_hand else 0.7)
        shade = int(np.clip(rng.normal(INK + 15, 14 if by_hand else 10), 20, 110))
        pen.text((x, y + drop), letter, font=font, fill=shade)
        x += font.getlength(letter) * (1 + (rng.normal(0, 0.03) if by_hand else 0))
        y += climb * font.getlength(letter)


def with_prints(
    form: Picture,
    seed: int,
    person: int,
    *,
    positions: tuple[int, ...] = tuple(range(1, 11)),
    hands_exchanged: bool = False,
) -> Picture:
    """Return a form with a person's inked, rolled prints in its boxes, right hand above left."""
    made = form.copy()
    for position in positions:
        place = (position + 4) % 10 + 1 if hands_exchanged else position
        finger = FingerIdentity(seed, person, FingerPosition(position))
        inked = render_impression(finger, Appearance(ImpressionType.ROLLED, 60, 1)).image
        left, top, width, height = _box(print_region(place))
        small = Image.fromarray(inked).resize((width, height), Image.Resampling.BILINEAR)
        part = made[top : top + height, left : left + width]
        np.minimum(part, np.asarray(small), out=part)
    return made


def print_region(position: int) -> Region:
    """Return the box of a finger, 1 to 10, in fractions of the form."""
    column, row = (position - 1) % 5, (position - 1) // 5
    return Region(0.05 + column * 0.18, PRINTS_TOP + row * PRINTS_ROW, 0.17, 0.18)


def _box(region: Region) -> tuple[int, int, int, int]:
    return (
        round(region.left * WIDTH_PX),
        round(region.top * HEIGHT_PX),
        round(region.width * WIDTH_PX),
        round(region.height * HEIGHT_PX),
    )


@cache
def _font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    import matplotlib  # noqa: PLC0415 - slow, and only its fonts are needed

    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf" / name), size_px)


_COURTS = ("Leeds Q.S.", "Leeds Assizes", "London Sessions", "Bow Street M.C.", "Old Bailey")
_OFFENCES = ("Larceny", "Housebreaking", "Receiving", "Malicious damage", "Shopbreaking")
_DISPOSALS = ("6 months imprisonment", "Fined £10", "Probation 2 years", "Borstal training")
_BORN_AT = ("Leeds", "London", "Cork", "Glasgow", "Cardiff", "Hull", "Kingston")
_UNKNOWN_OFFENCE = "Larceny as a bailee"
"""An offence that no table here contains, so that it stays a text."""


def person_texts(seed: int, person: int) -> dict[FormField, str]:
    """Return the fields about a person. They are the same on all frames of the person."""
    rng = np.random.default_rng([seed, 11, person])
    names = origin_tables()[0]
    is_male = rng.random() < 0.8
    given = names.male if is_male else names.female
    born = date(1905, 1, 1) + timedelta(days=int(rng.integers(0, 11_000)))
    forename, surname = given.draw_one(rng.random()), names.surnames.draw_one(rng.random())
    return {
        FormField.SURNAME: surname,
        FormField.FORENAMES: f"{forename} {given.draw_one(rng.random())}",
        FormField.BORN_ON: _written(born, rng),
        FormField.SEX: "M" if is_male else "F",
        FormField.BORN_AT: str(rng.choice(_BORN_AT)),
        FormField.CRO_NUMBER: make_cro_number(born.year + 20, 1 + person),
        FormField.ALIAS: f"{given.draw_one(rng.random())} {surname}" if person % 5 == 0 else "",
    }


def event_texts(seed: int, frame: int) -> dict[FormField, str]:
    """Return the fields about one conviction."""
    rng = np.random.default_rng([seed, 12, frame])
    day = date(1955, 1, 1) + timedelta(days=int(rng.integers(0, 4_500)))
    committed = day - timedelta(days=int(rng.integers(5, 60)))
    is_odd = frame % 10 == 9
    return {
        FormField.COURT: str(rng.choice(_COURTS)),
        FormField.CONVICTED_ON: _written(day, rng),
        FormField.OFFENCE: _UNKNOWN_OFFENCE if is_odd else str(rng.choice(_OFFENCES)),
        FormField.COMMITTED_ON: f"?/{committed.month}/{committed.year % 100:02d}",
        FormField.DISPOSAL: "Acquitted" if frame % 20 == 13 else str(rng.choice(_DISPOSALS)),
    }


def _written(day: date, rng: np.random.Generator) -> str:
    forms = (
        f"{day.day}.{day.month}.{day.year % 100:02d}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day} {day:%b} {day.year}",
    )
    return forms[int(rng.integers(len(forms)))]


class FilmFault(StrEnum):
    """The faults of a frame."""

    NONE = "none"
    LOW_CONTRAST = "low contrast"
    BLEED = "bleed"
    """The back of the sheet shows through."""
    OVER_INKED = "over-inked"
    SKEW = "skew"
    MIRRORED = "mirrored"
    EDGE_CUT = "edge cut"
    TWO_SHEETS = "two sheets"
    HANDS_EXCHANGED = "hands exchanged"


def filmed(form: Picture, rng: np.random.Generator) -> Picture:
    """Return a form with the faults of every film: slight blur, grain and uneven lighting."""
    high, wide = form.shape
    light = np.linspace(rng.uniform(0.92, 1.0), rng.uniform(0.92, 1.0), wide)
    picture = gaussian_filter(form.astype(np.float32), 0.8) * light[np.newaxis, :]
    picture += rng.normal(0, 5, (high, wide))
    return _as_picture(picture)


def spoilt(
    form: Picture, fault: FilmFault, rng: np.random.Generator, *, other: Picture | None = None
) -> Picture:
    """Return a form with a fault. `other`: the second of two sheets, or a reverse that shows."""
    behind = form[:, ::-1] if other is None else other
    made: dict[FilmFault, Callable[[], Picture]] = {
        FilmFault.LOW_CONTRAST: lambda: _as_picture(150 + (form.astype(np.float32) - 150) * 0.35),
        FilmFault.BLEED: lambda: _bled(form, behind),
        FilmFault.OVER_INKED: lambda: _over_inked(form),
        FilmFault.SKEW: lambda: _turned(form, float(rng.choice([-1, 1])) * rng.uniform(1.5, 3.5)),
        FilmFault.MIRRORED: lambda: np.ascontiguousarray(form[:, ::-1]),
        FilmFault.EDGE_CUT: lambda: _cut(form, rng),
        FilmFault.TWO_SHEETS: lambda: _two(form, behind),
    }
    return made[fault]() if fault in made else form.copy()


def _bled(form: Picture, behind: Picture) -> Picture:
    back = PAPER - gaussian_filter(behind.astype(np.float32), 2.0)
    return _as_picture(form - 0.3 * np.maximum(back[:, ::-1], 0))


def _over_inked(form: Picture) -> Picture:
    low = gaussian_filter(form.astype(np.float32), 3.0)
    spread = np.minimum(form, low - 12)
    made = form.copy()
    top = int(form.shape[0] * 0.55)
    made[top:] = _as_picture(spread)[top:]
    return made


def _turned(form: Picture, degrees: float) -> Picture:
    turned = Image.fromarray(form).rotate(
        degrees, resample=Image.Resampling.BILINEAR, fillcolor=PAPER - 60
    )
    return np.asarray(turned, dtype=np.uint8).copy()


def _cut(form: Picture, rng: np.random.Generator) -> Picture:
    made = form.copy()
    made[:, : int(form.shape[1] * rng.uniform(0.03, 0.08))] = 15
    return made


def _two(form: Picture, other: Picture) -> Picture:
    """Return two sheets side by side in one frame, each reduced to half its width."""
    halves = [
        Image.fromarray(sheet).resize(
            (form.shape[1] // 2, form.shape[0] // 2), Image.Resampling.BILINEAR
        )
        for sheet in (form, other)
    ]
    made = np.full_like(form, PAPER - 60)
    for number, half in enumerate(halves):
        left = number * (form.shape[1] // 2)
        made[: half.height, left : left + half.width] = np.asarray(half)
    return made


def _as_picture(values: npt.NDArray[np.floating]) -> Picture:
    picture: Picture = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return picture


FAULT_SHARE = 0.3
"""The share of frames with a fault. Set by hand: no real roll was counted."""

_FAULTS = tuple(fault for fault in FilmFault if fault is not FilmFault.NONE)


@dataclass(frozen=True, slots=True)
class Roll:
    """The frames of a roll, several for a person. A seed gives the same roll on one machine."""

    seed: int
    frames: int
    frames_a_person: int = 2
    fingers: tuple[int, ...] = tuple(range(1, 11))
    """The fingers whose prints are drawn. Drawing all ten takes seconds."""


@dataclass(frozen=True, slots=True)
class FrameTruth:
    """The true content of a frame."""

    number: int
    person: int
    fault: FilmFault
    by_hand: bool
    texts: dict[FormField, str]


@dataclass(frozen=True, slots=True, eq=False)
class FilmFrame:
    """One frame as scanned, with its true content."""

    image: Picture
    truth: FrameTruth


def truth_of(roll: Roll, number: int) -> FrameTruth:
    """Return the true content of a frame, numbered from 1, without drawing the frame."""
    rng = np.random.default_rng([roll.seed, 13, number])
    people = max(1, roll.frames // roll.frames_a_person)
    person = (number - 1) % people
    has_fault = rng.random() < FAULT_SHARE
    fault = _FAULTS[int(rng.integers(len(_FAULTS)))] if has_fault else FilmFault.NONE
    texts = {**person_texts(roll.seed, person), **event_texts(roll.seed, number)}
    return FrameTruth(number, person, fault, bool(rng.random() < 0.4), texts)


def draw_frame(roll: Roll, number: int) -> FilmFrame:
    """Return a frame, numbered from 1."""
    truth = truth_of(roll, number)
    rng = np.random.default_rng([roll.seed, 14, number])
    form = draw_form(truth.texts, rng, by_hand=truth.by_hand)
    form = with_prints(
        form,
        roll.seed,
        truth.person,
        positions=roll.fingers,
        hands_exchanged=truth.fault is FilmFault.HANDS_EXCHANGED,
    )
    other = None
    if truth.fault in {FilmFault.TWO_SHEETS, FilmFault.BLEED}:
        behind = truth_of(roll, number % roll.frames + 1)
        other = draw_form(behind.texts, rng, by_hand=behind.by_hand)
    return FilmFrame(filmed(spoilt(form, truth.fault, rng, other=other), rng), truth)


def write_roll(roll: Roll, folder: Path, truth_file: Path) -> None:
    """Write the pictures `00001.png` onwards to a folder, and the truth to a separate file."""
    folder.mkdir(parents=True, exist_ok=True)
    for frame in draw_roll(roll):
        path = folder / f"{frame.truth.number:05d}.png"
        path.write_bytes(png_bytes(frame.image))
    said = [plain_truth(truth_of(roll, number)) for number in range(1, roll.frames + 1)]
    truth_file.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


def draw_roll(roll: Roll) -> Iterator[FilmFrame]:
    """Yield the frames of a roll in order."""
    return (draw_frame(roll, number) for number in range(1, roll.frames + 1))


def plain_truth(truth: FrameTruth) -> dict[str, object]:
    """Return the truth of a frame as JSON values."""
    return {
        "number": truth.number,
        "person": truth.person,
        "fault": truth.fault.value,
        "by_hand": truth.by_hand,
        "texts": {field.value: text for field, text in truth.texts.items()},
    }
