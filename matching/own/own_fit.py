"""Fit a model on a bureau's own labelled pairs, or say why they cannot support one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from domain.errors import ModelError
from domain.prints.captures import CaptureColumns
from domain.prints.prints import IMPRESSION_TYPES
from matching.biometric import PAIRINGS
from matching.fusion import reach
from matching.model_files import (
    CARD,
    SAMPLE,
    UNSTATED_FORMAT,
    WORDS,
    read_card,
    read_model,
    write_model,
)
from matching.own.model_card import Ground, card_sample, model_card, unsupported
from matching.own.own_data import (
    LEAST_DETAIL_PEOPLE,
    LEAST_FINGER_PEOPLE,
    LEAST_GALLERY,
    LEAST_UNSEEN,
    OwnData,
    Share,
)
from matching.parameters import MODEL_VERSION, TRAIN_SEED
from matching.policy import Mode
from matching.print_parameters import COUNT_DISPERSION
from matching.training import train
from matching.training.biometric_fit import fit_pairing, interval_bits
from matching.training.inputs import (
    DetailsSample,
    MatedFingers,
    PairingSample,
    StrangerSample,
    TrialSet,
)

Parts = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class OwnInputs:
    """Everything that a model is fitted on.

    `asked`, `held`: captures of the people used for fitting; row i of both is one person.
    `strangers`: counts of strangers. `calibration`, `test`: searches for the people of the other
    two uses.
    """

    data: OwnData
    asked: CaptureColumns
    held: CaptureColumns
    strangers: StrangerSample | None
    calibration: tuple[TrialSet, ...]
    test: tuple[TrialSet, ...]


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """The parts to take over, the model to take them from, and the name of the new model."""

    name: str
    base: Path
    taken_over: frozenset[str] = frozenset()
    """The parts taken over unchanged: "prints", "details" or both."""


def train_own(inputs: OwnInputs, plan: OwnPlan, directory: Path) -> str:
    """Fit a model, test it on people kept separate, write it with its card, and return its digest.

    Raises ModelError with every reason why the data cannot support a model.
    """
    base = _base(plan.base)
    details = details_sample(inputs.data)
    mated = mated_fingers(inputs.asked, inputs.held)
    own = {"prints", "details"} - plan.taken_over
    reasons = [*_against_prints(inputs, base, mated)] if "prints" in own else []
    reasons += _against_details(inputs, details) if "details" in own else []
    reasons += [] if own else ["Nothing is left to fit: take over less."]
    if reasons:
        raise ModelError("The data cannot support a model. " + " ".join(reasons))
    parts = {name: base[name] for name in ("demographic", "frequencies", WORDS) if name in base}
    if "details" in own:
        parts |= _details_parts(details)
    parts["biometric"] = base["biometric"]
    if "prints" in own:
        parts["biometric"] = _prints_part(base["biometric"], mated, inputs.strangers)
    parts |= {
        "calibration": train.uncalibrated(),
        "policy": train.policy_data({mode: [np.zeros(1)] for mode in Mode}),
    }
    parts |= _calibrated(parts, base, inputs, own)
    scorer = train.fitted_scorer(parts)
    ground = Ground(inputs.data, plan.name, plan.taken_over, _fitted_pairings(mated, own))
    sample = card_sample(scorer, inputs.test, inputs.data)
    parts[CARD] = model_card(ground, sample, _most_people(parts))
    parts[SAMPLE] = {"searches": sample}
    return write_model(directory, parts, heading=_heading(plan, base))


def check_card(directory: Path, again: Sequence[Parts] | None = None) -> tuple[int, list[str]]:
    """Compute a model's card again, from the sample stored with it or from searches made `again`.

    Returns the number of searches, and a sentence for each statement that does not follow from the
    sample. Raises ModelError if the model has no card or no sample, or is damaged.
    """
    card, parts = read_card(directory), _base(directory)
    if again is None and SAMPLE not in parts:
        raise ModelError(
            "This model was fitted by an older version of the software, without the sample "
            "that a model card needs: train the model again."
        )
    sample = parts[SAMPLE]["searches"] if again is None else again
    told = unsupported(card, sample, _most_people(parts))
    return sum(len(part["is_mated"]) for part in sample), told


def most_people(directory: Path) -> int:
    """Return the largest gallery in which a model's own counts let a candidate be proposed."""
    return _most_people(_base(directory))


def _base(directory: Path) -> Parts:
    read_model(directory)
    return {path.stem: json.loads(path.read_text()) for path in directory.glob("*.json")}


def _heading(plan: OwnPlan, base: Parts) -> Parts:
    named = base["model"].get("template_format", UNSTATED_FORMAT)
    label = {} if named == UNSTATED_FORMAT else {"template_format": named}
    return {
        "name": plan.name,
        "version": MODEL_VERSION,
        "command": "identlink model train --from",
        **label,
    }


def details_sample(data: OwnData) -> DetailsSample:
    """Return the details of people used for fitting who have two sets of details."""
    met = [
        (one.asked.details, one.held.details)
        for one in data.of(Share.FIT)
        if one.asked
        and one.held
        and not one.asked.details.is_empty
        and not one.held.details.is_empty
    ]
    return DetailsSample(said=[said for said, _ in met], held=[held for _, held in met])


def mated_fingers(asked: CaptureColumns, held: CaptureColumns) -> dict[int, MatedFingers]:
    """Return the mated fingers for each pair of impression types, by its index in `PAIRINGS`."""
    both = asked.presence & held.presence
    cosines = np.einsum("nfd,nfd->nf", asked.vectors, held.vectors)
    found = {}
    for place, pairing in enumerate(PAIRINGS):
        first, second = (IMPRESSION_TYPES.index(kind) for kind in pairing)
        straight = both & (asked.impression_codes == first) & (held.impression_codes == second)
        turned = both & (asked.impression_codes == second) & (held.impression_codes == first)
        seen = straight | turned
        rows = seen.any(axis=1)
        if rows.any():
            found[place] = MatedFingers(
                np.where(seen, cosines, np.nan)[rows].astype(np.float32),
                np.where(straight, asked.qualities, held.qualities)[rows],
                np.where(straight, held.qualities, asked.qualities)[rows],
            )
    return found


def _against_prints(
    inputs: OwnInputs, base: Parts, mated: Mapping[int, MatedFingers]
) -> list[str]:
    labels = inputs.data.template_formats
    reasons = []
    if len(labels) != 1 or labels[0] != base["model"].get("template_format", UNSTATED_FORMAT):
        reasons.append(
            "Prints: the templates are none, of several formats, or of another format than those"
            " of the model whose marks would be taken over; give one format, or take prints over."
        )
    most = max((len(one.cosines) for one in mated.values()), default=0)
    if most < LEAST_FINGER_PEOPLE:
        reasons.append(
            f"Prints: {most} people have fingers of one pair of impression types on both sides;"
            f" {LEAST_FINGER_PEOPLE} are needed."
        )
    counts = 0 if inputs.strangers is None else inputs.strangers.counts.sum()
    people = reach(int(counts / COUNT_DISPERSION))
    if people < LEAST_GALLERY:
        reasons.append(
            f"Prints: the comparisons of different people support a gallery of {people};"
            f" {LEAST_GALLERY} are needed."
        )
    return reasons


def _against_details(inputs: OwnInputs, details: DetailsSample) -> list[str]:
    reasons = []
    if len(details.said) < LEAST_DETAIL_PEOPLE:
        reasons.append(
            f"Details: {len(details.said)} people were met twice with details among those that"
            f" models are fitted on; {LEAST_DETAIL_PEOPLE} are needed."
        )
    names = [one for one in inputs.calibration if one.mode is Mode.NAMES]
    unseen = sum(trial.mate < 0 for one in names for trial in one.trials)
    if unseen < LEAST_UNSEEN:
        reasons.append(
            f"Details: {unseen} enquiries are about people off record; {LEAST_UNSEEN} are needed"
            " for a threshold at one in a hundred."
        )
    return reasons


def _most_people(parts: Parts) -> int:
    comparisons = parts["biometric"]["strangers"]["prints"]["comparisons"]
    return reach(comparisons)


def _details_parts(details: DetailsSample) -> Parts:
    # Splink is an optional extra.
    from matching.training.demographic_fit import (  # noqa: PLC0415
        fit_demographic,
        fit_frequencies,
        fit_words,
    )

    frequencies = fit_frequencies(details)
    return {
        "demographic": fit_demographic(details),
        "frequencies": frequencies,
        WORDS: fit_words(details),
    }


def _prints_part(
    base: Parts, mated: Mapping[int, MatedFingers], strangers: StrangerSample | None
) -> Parts:
    """Return the pairs of impression types, fitted for enough people, else taken over."""
    enough = {
        place: PairingSample(one)
        for place, one in mated.items()
        if len(one.cosines) >= LEAST_FINGER_PEOPLE
    }
    pairings = [
        train.fit_data(fit_pairing(enough[place])) if place in enough else base["pairings"][place]
        for place in range(len(PAIRINGS))
    ]
    largest = max(enough.values(), key=lambda one: len(one.mated.cosines))
    laws = base["strangers"] if strangers is None else {"prints": train.stranger_data(strangers)}
    return {
        "pairings": pairings,
        "strangers": base["strangers"] | laws,
        "finger_interval_bits": round(
            interval_bits(largest, np.random.default_rng(TRAIN_SEED)), 3
        ),
    }


def _fitted_pairings(mated: Mapping[int, MatedFingers], own: set[str]) -> tuple[str, ...]:
    if "prints" not in own:
        return ()
    return tuple(
        " and ".join(PAIRINGS[place])
        for place, one in mated.items()
        if len(one.cosines) >= LEAST_FINGER_PEOPLE
    )


def _calibrated(parts: Parts, base: Parts, inputs: OwnInputs, own: set[str]) -> Parts:
    """Return calibration and policy. Details taken over keep theirs."""
    found = train.calibrate(parts, inputs.calibration)
    names = str(Mode.NAMES)
    if "details" not in own:
        found["calibration"]["posterior"][names] = base["calibration"]["posterior"][names]
        found["policy"]["thresholds"][names] = base["policy"]["thresholds"][names]
    # There are no searches with marks, so their thresholds come from the model taken over.
    mark = str(Mode.MARK)
    found["policy"]["thresholds"][mark] = base["policy"]["thresholds"][mark]
    return found
