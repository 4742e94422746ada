"""A roll of frames, with its truth apart. The same seed gives the same roll on one machine."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.synthetic.film.drawing import (
    FilmFault,
    Picture,
    draw_form,
    event_texts,
    filmed,
    person_texts,
    spoilt,
    with_prints,
)
from data.synthetic.ridges.impressions import png_bytes
from domain.conversion.form import FormField

FAULT_SHARE = 0.3
"""The share of frames with a fault. Set by hand: no real roll was counted."""

_FAULTS = tuple(fault for fault in FilmFault if fault is not FilmFault.NONE)


@dataclass(frozen=True, slots=True)
class Roll:
    """The frames of one roll. Each of the people has several frames."""

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
