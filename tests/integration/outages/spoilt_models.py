"""Models that a server cannot use: each is the shipped one with one thing changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from matching.scorer import MODELS
from service.settings import Settings

Spoil = Callable[[pytest.MonkeyPatch, Settings], None]


def _with_model(change: Callable[[dict[str, Any]], object], *, is_signed: bool = True) -> Spoil:
    """Return what names a model whose parts were changed, and signed again or not."""

    def spoil(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        place = settings.store.parent / "model"
        shutil.copytree(MODELS, place)
        parts = {file.stem: json.loads(file.read_text()) for file in place.glob("*.json")}
        change(parts)
        for name, part in parts.items():
            content = part if isinstance(part, bytes) else json.dumps(part).encode()
            (place / f"{name}.json").write_bytes(content)
            if is_signed and f"{name}.json" in parts["model"]["files"]:
                parts["model"]["files"][f"{name}.json"] = hashlib.sha256(content).hexdigest()
        (place / "model.json").write_text(json.dumps(parts["model"]))
        monkeypatch.setenv("IDENTLINK_MODEL_DIRECTORY", str(place))

    return spoil


def _with_match_model(**values: Any) -> Spoil:
    """Return what names a directory with one model of matches."""

    def spoil(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        place = settings.store.parent / "matches"
        place.mkdir()
        (place / "one.json").write_text(json.dumps(values))
        monkeypatch.setenv("IDENTLINK_MATCH_MODELS", str(place))

    return spoil


MODELS_SPOILT: dict[str, Spoil] = {
    "a model of other features": _with_model(lambda m: m["model"].update(features=[])),
    "a model of another digest": _with_model(lambda m: m["policy"].clear(), is_signed=False),
    "a model that is not JSON": _with_model(lambda m: m.update(words=b"a letter")),
    "a model that is a list": _with_model(lambda m: m.update(policy=[])),
    "a model without a calibration": _with_model(lambda m: m["calibration"].clear()),
    "a model without thresholds": _with_model(lambda m: m["policy"]["thresholds"].clear()),
    "a model whose thresholds descend": _with_model(
        lambda m: [one.update(possible_bits=99) for one in m["policy"]["thresholds"].values()]
    ),
    "a model of other details": _with_model(lambda m: m["demographic"]["comparisons"].clear()),
    "a model of other levels": _with_model(
        lambda m: m["demographic"]["comparisons"]["name"].clear()
    ),
    "a model of other grades of words": _with_model(lambda m: m["words"].update(mated=[1.0])),
    "a model of matches that cannot be read": _with_match_model(name="one"),
    "a model of matches with two weights": _with_match_model(
        name="one",
        extractor="one",
        extractor_digest="",
        matcher_digest="",
        weights=[1, 2],
        card={},
    ),
}
