"""The runner of all benchmarks: parses options, measures, prints the result and writes it.

A benchmark is declared as a `Benchmark`: the function that measures, which takes its options as a
dataclass, and the functions that show the figures and test them. A result file begins with the
conditions of the run (`benchmarks.machine`) and its options; the figures follow.

An option is `name: Annotated[type, help, more]`. `more` is optional and is passed to `argparse`,
except for `instead_of`, which names a set of options of which only one may be given.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, cast, get_args, get_type_hints

from benchmarks.machine import described_run, in_one_thread, write_result

Result = dict[str, Any]
"""The figures of a run, in a form that JSON can represent."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options that every benchmark has."""

    json: Annotated[Path | None, "file for the result"] = None


AnyOptions = TypeVar("AnyOptions", bound=Options)
_Any = TypeVar("_Any")


def parsed(kind: type[_Any], name: str, about: str | None, arguments: Sequence[str]) -> _Any:
    """Return the options of a command as a dataclass. Ends the process if they are wrong."""
    parser = argparse.ArgumentParser(f"python -m benchmarks {name}", description=about)
    groups: dict[str, Any] = {"": parser}
    types = get_type_hints(kind, include_extras=True)
    for one in fields(cast(Any, kind)):
        plain, text, *rest = get_args(types[one.name])
        told = {"dest": one.name, "default": one.default, "help": text} | dict(*rest)
        group = told.pop("instead_of", "")
        if group not in groups:
            groups[group] = parser.add_mutually_exclusive_group()
        _add(groups[group], plain, told)
    return kind(**vars(parser.parse_args(arguments)))


def _add(place: Any, plain: Any, told: dict[str, Any]) -> None:
    flag = f"--{told['dest'].replace('_', '-')}"
    if plain is bool:
        place.add_argument(flag, action="store_true", **told)
        return
    if told["default"] not in (None, "", MISSING):
        told["help"] += f" ({told['default']})"
    kinds = [part for part in get_args(plain) if part is not type(None)]
    place.add_argument(flag, **{"type": kinds[0] if kinds else plain, **told})


def only_chosen(names: Iterable[str], options: object) -> str | None:
    """Return the name of the option that was given, if any. Ends the process for two of them."""
    given = [name for name in names if getattr(options, name)]
    if len(given) > 1:
        flags = " or ".join(f"--{name.replace('_', '-')}" for name in given)
        raise SystemExit(f"Give only one of {flags}: each measures something else.")
    return given[0] if given else None


def figures(result: Result) -> str:
    """Return the figures as JSON, without the conditions of the run."""
    return json.dumps({name: result[name] for name in result if name not in _CONDITIONS}, indent=1)


_CONDITIONS = frozenset(
    {"benchmark", "options", *described_run((" ",), seed=0, dataset_digest="")}
)


def _met(_result: Result) -> bool:
    return True


def _no_digest(_options: Any) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Benchmark(Generic[AnyOptions]):
    """The declaration of a benchmark."""

    measure: Callable[[AnyOptions], Result]
    """Returns the figures. The command has the name of its module and the options it takes."""
    kind: str = ""
    """The kind in the result, if it differs from the command."""
    show: Callable[[Result], str] = figures
    """Returns the figures as text for people to read."""
    is_met: Callable[[Result], bool] = _met
    """Whether the figures are within their limits; if not, the exit code is 1."""
    digest: Callable[[AnyOptions], str] = _no_digest
    """Returns the digest of the data used for measuring."""
    has_one_thread: bool = False
    """Whether the benchmark runs in a separate process with one thread for linear algebra."""
    modes: Mapping[str, Benchmark[AnyOptions]] = field(default_factory=dict)
    """Other benchmarks that run instead if an option is given, by the name of the option."""

    @property
    def name(self) -> str:
        """The name in the command."""
        return self.measure.__module__.rpartition(".")[2].replace("_", "-")

    def main(self, arguments: Sequence[str]) -> int:
        """Run the command and return its exit code."""
        about = sys.modules[self.measure.__module__].__doc__
        options = parsed(get_type_hints(self.measure)["options"], self.name, about, arguments)
        chosen = self if (name := only_chosen(self.modes, options)) is None else self.modes[name]
        return chosen.run(options, arguments)

    def run(self, options: AnyOptions, arguments: Sequence[str]) -> int:
        """Measure, print and write the result; return the exit code."""
        result = {
            "benchmark": self.kind or self.name,
            **described_run(
                (f"python -m benchmarks {self.name}", *arguments),
                seed=getattr(options, "seed", 0),
                dataset_digest=self.digest(options),
            ),
            "options": _kept(options),
        }
        measure: Callable[..., Result] = self.measure
        found = in_one_thread(measure, options) if self.has_one_thread else measure(options)
        result |= found
        print(self.show(result))
        write_result(options.json, result)
        return int(not self.is_met(result))


def _kept(options: Options) -> Result:
    """Return the options that determine what was measured. Paths and addresses are left out."""
    given = {one.name: getattr(options, one.name) for one in fields(options)}
    return {
        name: value
        for name, value in given.items()
        if isinstance(value, bool | int | float | str) and "://" not in str(value)
    }


_MARKED = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)
DASH = "-"


def table(header: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table of one header and a row for each entry of `cells`."""
    rows = [header, ["---"] * len(header), *cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, and which figure of a row it shows."""

    title: str
    name: str
    """Name of the figure, behind the name of its group and a slash if it is in one; or a format
    string over the row if several figures are shown."""
    form: str = ""
    """Format of the figure, as in a format string. A figure of three numbers is a value and the
    ends of its interval."""
    interval: str = ""
    """Format of the ends of the interval that the row holds under `NAME_interval`, if shown."""
    divisor: float = 1

    def of(self, row: Mapping[str, Any]) -> str:
        """Return the figure that a row holds, or a dash if it is missing."""
        if "{" in self.name:
            try:
                return self.name.format_map(row)
            except KeyError:
                return DASH
        group, _, name = self.name.rpartition("/")
        held = row.get(group, {}) if group else row
        value, ends, form = held.get(name), held.get(f"{name}_interval"), self.interval
        if self.form and isinstance(value, list | tuple):
            (value, *ends), form = value, self.form
        if value is None:
            return DASH
        told = format(value if self.divisor == 1 else value / self.divisor, self.form)
        return f"{told} ({ends[0]:{form}}-{ends[1]:{form}})" if ends and form else told


@cache
def _declared(name: str) -> Sequence[Any]:
    """Return the table of this name in `tables.json`, which has all tables of figures."""
    tables = json.loads(Path(__file__).with_name("tables.json").read_text("utf-8"))
    return cast("Sequence[Any]", tables[name])


def columns(name: str) -> tuple[Column, ...]:
    """Return the columns of a table.

    Each is declared by the fields of `Column`, or by a name that is also its title.
    """
    return tuple(
        Column(one, one) if isinstance(one, str) else Column(*one) for one in _declared(name)
    )


def figures_table(name: str, header: Sequence[str], result: Result) -> str:
    """Return a Markdown table with a line for each figure that a result holds.

    Each is declared by its title and a format string over the result. What follows them is shown
    as it is.
    """
    cells = []
    for title, text, *more in _declared(name):
        with suppress(KeyError):
            cells.append((title, text.format_map(result), *more))
    return table(header, cells)


def rows_table(name: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the Markdown table of this name with a line for each row."""
    return table_of(columns(name), rows)


def table_of(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a Markdown table of these columns with a line for each row."""
    cells = [[one.of(row) for one in columns] for row in rows]
    return table([one.title for one in columns], cells)


def as_table(name: str) -> Callable[[Result], str]:
    """Return a function that shows the rows of a result as the table of this name."""
    return lambda result: rows_table(name, result["rows"])


def filled(text: str, body: Callable[[str], str | None]) -> str:
    """Return `text` with new bodies between `<!-- begin NAME -->` and `<!-- end NAME -->`.

    `body` returns the text for a name, or None to leave that place unchanged.
    """

    def replaced(found: re.Match[str]) -> str:
        new = body(found["name"])
        return found[0] if new is None else f"{found[1]}\n{new}\n\n{found[3]}"

    return _MARKED.sub(replaced, text)
