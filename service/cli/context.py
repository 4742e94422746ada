"""Parts that all commands share: the store, the caller at the console, and the form of answers."""

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.access.access import (
    ROLE_SCOPES,
    ROLES_OF_FORCES,
    Actor,
    Caller,
    Purpose,
    Role,
    Scope,
)
from domain.errors import ConfigurationError, InvalidInputError, StorePart
from domain.ids import ForceCode, UserId
from service.cli.refusals import REFUSED
from service.outages import fault_of
from service.settings import Settings, load_settings

StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        help="Directory of the database, the index and the keys; default IDENTLINK_STORE.",
        show_default="var/store",
        file_okay=False,
    ),
]
"""Every command takes this option, before or after its own name.

Typer does not read the environment variable, because its value would then override the option
before the command; the settings read it.
"""

ForceOption = Annotated[
    str | None,
    typer.Option(
        help=f"Code of the force; only for the roles {', '.join(sorted(ROLES_OF_FORCES))}."
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def console_as(
    role: Role, purpose: Purpose, *scopes: Scope, force: ForceCode | None = None
) -> Caller:
    """Return the console as a caller with this role, and these scopes or all of the role."""
    held = frozenset(scopes) or ROLE_SCOPES[role]
    return Caller(Actor(UserId("console"), role, force, scopes=held), purpose)


CONSOLE = console_as(Role.ADMINISTRATOR, Purpose.OPERATIONS)
"""The caller of every command: an administrator on the machine of the store."""


def text_in(file: Path) -> str:
    """Return the text in a file that the command line names; raises InvalidInputError."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInputError("The file is not text in UTF-8: name another file.") from None


def demand_place_of(file: Path) -> None:
    """Raise InvalidInputError if the directory of a file that is to be written does not exist.

    Raises StoreUnavailableError if the directory takes no file: a command that records what it
    hands out asks first.
    """
    directory = file.absolute().parent
    if not directory.is_dir():
        raise InvalidInputError("The directory of the file does not exist: create it first.")
    is_device = file.exists() and not file.is_file()
    fault = None if is_device else fault_of(directory, StorePart.FILES)
    if fault is not None:
        raise fault


def stated_day(text: str) -> date:
    """Return a date from the command line; raises InvalidInputError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("Write a real date as YYYY-MM-DD.") from None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: the store that it uses, and the form of its answer.

    A command whose first parameter is a `Call` has the options --store and --json.
    """

    store: Path | None = None
    """The directory given before or after the command's name; the latter takes precedence."""
    as_json: bool = False

    def settings(self, **given: Any) -> Settings:
        """Return the settings; raises ConfigurationError."""
        return load_settings(store=self.store, **given)

    def existing(self, **given: Any) -> Settings:
        """Return the settings of a command that needs an existing store and never makes one.

        Otherwise a mistyped name would make a store. Raises ConfigurationError without a store.
        """
        settings = self.settings(**given)
        if settings.database_url is None and not settings.database_file.exists():
            raise ConfigurationError(
                "There is no store in this directory: name its directory with --store, "
                "or create a store with `identlink db upgrade`."
            )
        return settings

    def named(self, **given: Any) -> Settings:
        """Return the settings of a command that may create the configured store, but no other.

        A store named on the command line must exist, because its name may be mistyped. Raises
        ConfigurationError.
        """
        return self.settings(**given) if self.store is None else self.existing(**given)

    def say(
        self,
        sentence: str,
        facts: Mapping[str, Any] | None = None,
        *,
        to_stderr: bool = False,
        is_wrong: bool = False,
    ) -> None:
        """Write one answer, usually to standard output: one line of JSON, or a sentence.

        The command ends with exit code 1 if what it looked at is wrong.
        """
        told = json.dumps(facts or {}, sort_keys=True) if self.as_json else sentence
        typer.echo(told, err=to_stderr)
        if is_wrong:
            raise typer.Exit(REFUSED)


class StoreCall(Call):
    """A call of a command that has --store but not --json: its answer is for people only."""


class AnswerCall(Call):
    """A call of a command that has --json and needs no store."""


_OPTIONS = {Call: {"store", "as_json"}, StoreCall: {"store"}, AnswerCall: {"as_json"}}


class Group(typer.Typer):
    """A group of commands, each of which may have a `Call` as its first parameter."""

    def __init__(self, help: str | None = None, **options: Any) -> None:  # noqa: A002 - of Typer
        super().__init__(help=help, no_args_is_help=True, **options)

    def command(self, *named: Any, **options: Any) -> Callable[[Any], Any]:
        """Return a decorator that registers a function as a command, and returns the function."""
        command = super().command

        def take(function: Callable[..., None]) -> Callable[..., None]:
            help = _in_paragraphs(inspect.getdoc(function) or "")  # noqa: A001 - of Typer
            command(*named, **{"help": help, **options})(_with_options(_of_files(function)))
            return function

        return take


def _in_paragraphs(text: str) -> str:
    """Return a text with each paragraph in one line: Typer breaks lines where the terminal ends.

    It joins the lines of the first paragraph, and leaves those of the others as they are.
    """
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _of_files(function: Callable[..., None]) -> Callable[..., None]:
    """Return a function that refuses devices where it takes existing files: some never end."""

    @functools.wraps(function)
    def run(*call: Any, **given: Any) -> None:
        for name in _names_of_files(function):
            named = given.get(name) or ()
            if any(
                one.is_char_device() for one in ((named,) if isinstance(named, Path) else named)
            ):
                raise InvalidInputError("A file to read is a device: name a file.")
        function(*call, **given)

    return run


def _names_of_files(function: Callable[..., None]) -> list[str]:
    parameters = inspect.signature(function, eval_str=True).parameters.values()
    return [
        one.name
        for one in parameters
        if any(
            getattr(told, "exists", False) for told in getattr(one.annotation, "__metadata__", ())
        )
    ]


_CONTEXT = inspect.Parameter(
    "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
)
_OFFERED = (
    inspect.Parameter(
        "store", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=StoreOption
    ),
    inspect.Parameter(
        "as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption
    ),
)


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    """Return a function whose signature has the options from which its `Call` is made."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())
    kind = own[0].annotation if own else None
    if kind not in _OPTIONS:
        return function

    @functools.wraps(function)
    def run(context: typer.Context, **given: Any) -> None:
        options = {name: given.pop(name) for name in _OPTIONS[kind]}
        in_front = context.find_object(Call)
        if options.get("store") is None and in_front is not None:
            options["store"] = in_front.store
        function(kind(**options), **given)

    added = [one for one in _OFFERED if one.name in _OPTIONS[kind]]
    parameters = [_CONTEXT, *own[1:], *added]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
