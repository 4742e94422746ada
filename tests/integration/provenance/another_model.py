"""A model other than the shipped one."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from matching.model_files import MANIFEST
from matching.scorer import MODELS


def retrained(directory: Path) -> Path:
    """Return a directory with another model: the shipped one under a new name."""
    shutil.copytree(MODELS, directory)
    manifest = json.loads((directory / MANIFEST).read_text())
    policy = json.loads((directory / "policy.json").read_text())
    policy["version"] = "next"
    for mode in policy["thresholds"].values():
        mode["possible_bits"] -= 1.0
    content = json.dumps(policy).encode()
    (directory / "policy.json").write_bytes(content)
    manifest["files"]["policy.json"] = hashlib.sha256(content).hexdigest()
    (directory / MANIFEST).write_text(json.dumps(manifest | {"version": "next"}))
    return directory
