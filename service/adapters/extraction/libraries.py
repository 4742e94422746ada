"""Finds the libraries of the extra `prints`, and reports a missing one in one sentence."""

import hashlib
import importlib.metadata
import importlib.util
from importlib import import_module
from pathlib import Path
from typing import Any

from domain.errors import ConfigurationError


def library(module: str, distribution: str) -> Any:
    """Return an optional module. Raises ConfigurationError if it cannot be loaded."""
    try:
        return import_module(module)
    except (ImportError, OSError) as error:
        raise missing(distribution) from error


def missing(distribution: str) -> ConfigurationError:
    """Return the error for work that needs this distribution."""
    return ConfigurationError(
        f"Reading prints needs {distribution}, which is not installed or does not run on this "
        "machine: install identlink[prints]."
    )


def package_file(module: str, distribution: str, *parts: str) -> Path:
    """Return the path of a file inside an optional package, without importing the package.

    Raises ConfigurationError if the package or the file is missing.
    """
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise missing(distribution)
    path = Path(spec.origin).parent.joinpath(*parts)
    if not path.is_file():
        raise missing(distribution)
    return path


def version_of(distribution: str) -> str:
    """Return the installed version. Raises ConfigurationError if it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError as error:
        raise missing(distribution) from error


def digest_of(*contents: bytes) -> str:
    """Return the SHA-256 of contents in this order, hexadecimal."""
    total = hashlib.sha256()
    for content in contents:
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()
