"""Runs the command line in this process, as the entry point does."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from service.main import run


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a command."""

    exit_code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


@dataclass(frozen=True, slots=True)
class Console:
    """A terminal."""

    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> Finished:
        """Run one command to its end."""
        self.monkeypatch.setattr(sys, "argv", ["identlink", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run()
        captured = self.capture.readouterr()
        code = ended.value.code
        return Finished(code if isinstance(code, int) else 0, captured.out, captured.err)
