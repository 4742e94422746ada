"""The models of a store: one directory for each digest. A model is copied there on first use."""

import hashlib
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from domain.errors import ModelError
from matching.model_files import MANIFEST
from matching.scorer import Scorer, load_scorer
from matching.watch.home import HOME

_IS_DIGEST = re.compile(r"[0-9a-f]{64}").fullmatch


@dataclass(frozen=True, slots=True)
class DirectoryShelf:
    """Models in `directory/DIGEST/`. Each model is loaded once. Thread-safe."""

    directory: Path
    _loaded: dict[str, Scorer] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, scorer: Scorer, source: Path) -> None:
        """Copy the files of a model from where it was loaded, unless there is a copy already.

        Raises ModelError if the directory no longer contains that model.
        """
        with self._lock:
            self._loaded[scorer.digest] = scorer
        target = self.directory / scorer.digest
        if target.exists():
            self._complete(scorer.digest, source, target)
            return
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for file in sorted(source.iterdir()):
            if file.is_file():
                shutil.copyfile(file, fresh / file.name)
        # The digest of a model is that of its manifest, which lists the digests of all the files.
        if hashlib.sha256((fresh / MANIFEST).read_bytes()).hexdigest() != scorer.digest:
            raise ModelError("The model's files were replaced while in use: restart the service.")
        fresh.replace(target)

    @staticmethod
    def _complete(digest: str, source: Path, target: Path) -> None:
        """Add the home law to a copy that was made before the model had one."""
        home, manifest = source / HOME, source / MANIFEST
        if (target / HOME).exists() or not home.exists():
            return
        if hashlib.sha256(manifest.read_bytes()).hexdigest() == digest:
            shutil.copyfile(home, target / HOME)

    def scorer(self, digest: str) -> Scorer | None:
        """Return the scorer of the model with this digest, or None if there is no copy of it.

        Raises ModelError if one of its files is damaged.
        """
        with self._lock:
            if digest not in self._loaded:
                path = self.directory / digest
                if not _IS_DIGEST(digest) or not path.is_dir():
                    return None
                found = load_scorer(path)
                if found.digest != digest:
                    raise ModelError(
                        "The digest of a stored model does not match its name: restore the model."
                    )
                self._loaded[digest] = found
            return self._loaded[digest]
