"""The files of a fitted model: JSON with SHA-256 digests, refused if one byte differs."""

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from domain.errors import ModelError
from matching.biometric import COSINES, PAIRINGS, BiometricModel
from matching.biometric_tables import RESIDUALS, PairingFit, biometric_model, local_prints
from matching.calibration import CalibrationMap
from matching.comparators.catalogue import COMPARATORS
from matching.demographics import DemographicModel, demographic_model
from matching.frequencies import TABLES
from matching.levels import Probabilities
from matching.local_prints import DEVIATIONS, LocalPrints, StrangerLaw
from matching.parameters import STATE_OFFSETS
from matching.policy import Mode, Policy, policy_from_data
from matching.word_model import word_model

MANIFEST = "model.json"
STRANGERS = "strangers"
"""The entry in the part on prints that only models with local ratios have."""
UNSTATED_FORMAT = "identlink-synthetic-192/1"
"""The template format of models that state none. It was the only format when they were fitted."""
PARTS = ("demographic", "frequencies", "biometric", "calibration", "policy")
WORDS = "words"
"""The part that only models which compare names word by word have."""
CARD = "card"
"""What a model was fitted on, how accurate it is, and its limits. It is not used for weighing.
Of a model fitted on own data it is a part, so that a damaged card is refused like any other part.
Of another model it lies beside the parts, is measured again, and names the model's digest."""
SAMPLE = "sample"
"""The searches that the figures of the card were computed from."""

_OPTIONAL = (WORDS, CARD, SAMPLE)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A loaded model: its parts, and the digest that identifies it in provenance."""

    name: str
    version: str
    digest: str
    """SHA-256 of the manifest, which contains the SHA-256 of every file."""
    template_format: str
    """Label of the template format that the biometric part was fitted on."""
    demographic: DemographicModel
    biometric: BiometricModel | LocalPrints
    """Local ratios, or pooled ratios in models of version 1."""
    posterior: Mapping[Mode, CalibrationMap]
    policy: Policy


def features() -> dict[str, Any]:
    """Return the features that this version computes. A model of other features is refused."""
    return {
        "comparisons": {
            str(one.scale.source): [level.key for level in one.scale.levels] for one in COMPARATORS
        },
        "frequencies": list(TABLES),
        "pairings": [[str(first), str(second)] for first, second in PAIRINGS],
        "cosine_bins": len(COSINES),
        "residual_bins": len(RESIDUALS),
        "states": list(STATE_OFFSETS),
    }


def write_model(directory: Path, parts: Mapping[str, Any], *, heading: Mapping[str, Any]) -> str:
    """Write the parts of a model and their manifest; return the digest.

    `parts`: plain data under the names in `PARTS`. `heading`: name, version and origin, and
    `template_format` unless it is `UNSTATED_FORMAT`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name in _present(parts):
        content = _canonical(parts[name])
        (directory / f"{name}.json").write_bytes(content)
        digests[f"{name}.json"] = hashlib.sha256(content).hexdigest()
    manifest = _canonical({**heading, "features": features(), "files": digests})
    (directory / MANIFEST).write_bytes(manifest)
    return hashlib.sha256(manifest).hexdigest()


def _present(names: Container[str]) -> tuple[str, ...]:
    return (*PARTS, *(name for name in _OPTIONAL if name in names))


def _canonical(data: Any) -> bytes:
    return (json.dumps(data, sort_keys=False, indent=1, ensure_ascii=True) + "\n").encode()


def read_model(directory: Path) -> Model:
    """Return the model in a directory. Raises ModelError if a file is missing or altered."""
    manifest_bytes = _read(directory, MANIFEST)
    manifest = _parse(manifest_bytes, MANIFEST)
    if manifest.get("features") != features():
        raise ModelError(
            "This version of the software computes different features from those that the model "
            "uses: train the model again."
        )
    contents = {name: _read(directory, f"{name}.json") for name in _names_listed(manifest)}
    for name, content in contents.items():
        if manifest["files"].get(f"{name}.json") != hashlib.sha256(content).hexdigest():
            raise ModelError(
                f"The model file {name}.json does not match its digest: restore it, or "
                "train the model again."
            )
    # The sample is for whoever checks the card.
    parts = {name: _parse(content, name) for name, content in contents.items() if name != SAMPLE}
    return _assemble(manifest, parts, digest=hashlib.sha256(manifest_bytes).hexdigest())


def read_card(directory: Path) -> dict[str, Any]:
    """Return the card of a model. Raises ModelError if it has none of its own, or is damaged."""
    model, file = read_model(directory), f"{CARD}.json"
    if not (directory / file).exists():
        raise ModelError("The model has no card: make one with `identlink model evaluate --card`.")
    card = _parse(_read(directory, file), file)
    is_part = CARD in _names_listed(_parse(_read(directory, MANIFEST), MANIFEST))
    if not is_part and card.get("model") != model.digest:
        raise ModelError(
            "The card belongs to another model: run `identlink model evaluate --card`."
        )
    return card


def _names_listed(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    files = manifest.get("files", {})
    return _present([name for name in _OPTIONAL if f"{name}.json" in files])


def _read(directory: Path, name: str) -> bytes:
    try:
        return (directory / name).read_bytes()
    except OSError as error:
        raise ModelError(f"The model file {name} cannot be read: check that it exists.") from error


def _parse(content: bytes, name: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError as error:
        raise ModelError(f"The model file {name} is not JSON: restore it.") from error
    if not isinstance(data, dict):
        raise ModelError(f"The model file {name} is not a JSON object: restore it.")
    return data


def _assemble(manifest: Mapping[str, Any], parts: Mapping[str, Any], *, digest: str) -> Model:
    try:
        posterior = {mode: _map(parts["calibration"]["posterior"][mode]) for mode in Mode}
        return Model(
            name=str(manifest["name"]),
            version=str(manifest["version"]),
            digest=digest,
            template_format=str(manifest.get("template_format", UNSTATED_FORMAT)),
            demographic=_demographic(parts),
            biometric=_biometric(parts),
            posterior=posterior,
            policy=policy_from_data(parts["policy"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "A value of the model is missing or malformed: train the model again."
        ) from error


def _biometric(parts: Mapping[str, Any]) -> BiometricModel | LocalPrints:
    fits = [_fit(data) for data in parts["biometric"]["pairings"]]
    if STRANGERS in parts["biometric"]:
        return local_prints(
            fits,
            {kind: _law(data) for kind, data in parts["biometric"][STRANGERS].items()},
            finger_interval_bits=float(parts["biometric"]["finger_interval_bits"]),
        )
    prints, marks = (_map(parts["calibration"][kind]) for kind in ("prints", "marks"))
    return biometric_model(fits, prints, marks)


def _law(data: Mapping[str, Any]) -> StrangerLaw:
    density = np.array(data["log2_density"], dtype=np.float64)
    if len(density) != len(DEVIATIONS):
        raise ValueError(
            "The stored density of the scores of different people was computed on a grid that "
            "this version of the software does not use: train the model again."
        )
    moments = np.array(data["moments"], dtype=np.float64)
    return StrangerLaw(density, moments, _rounded(int(data["comparisons"])))


def _rounded(number: int) -> int:
    """Return a count rounded to two significant digits, as it is shown in words."""
    return int(float(f"{number:.2g}"))


def _demographic(parts: Mapping[str, Any]) -> DemographicModel:
    data, frequencies = parts["demographic"], parts["frequencies"]
    levels = {
        source: {key: Probabilities(**pair) for key, pair in pairs.items()}
        for source, pairs in data["comparisons"].items()
    }
    words = word_model(parts[WORDS]) if WORDS in parts else None
    association = float(frequencies["association"])
    return demographic_model(levels, frequencies["tables"], association, words)


def _map(data: Mapping[str, Any]) -> CalibrationMap:
    return CalibrationMap(
        statistic=np.array(data["statistic"], dtype=np.float64),
        calibrated=np.array(data["calibrated"], dtype=np.float64),
    )


def _fit(data: Mapping[str, Any]) -> PairingFit:
    low, high = data["expected_range"]
    first, second, third = data["means"]
    return PairingFit(
        means=(first, second, third),
        expected_range=(low, high),
        spread=float(data["spread"]),
        residuals=np.array(data["residuals"], dtype=np.float64),
        impostors=np.array(data.get("impostors", ()), dtype=np.int64),
    )
