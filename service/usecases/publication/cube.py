"""Makes the tables that may be published from countable facts: a fixed list of breakdowns, as
data.

Every table is about one service and has the same total. So a reader can combine only the classes
of each table and that total. Nothing else is ever published.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.publication import ReleasedCell, ReleasedTable, Stage, Timeliness
from domain.requests.requests import PartyKind
from rules.data_files import data_file
from rules.small_numbers import Policy, ShownCells, shown_row
from service.storage.publication.releases import CountedClass

CUBE = "statistics-cube/1"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cut:
    """A breakdown by which figures may be published."""

    name: str
    title: str
    stage: Stage
    by_members: bool
    """Whether classes with few members are merged."""


@dataclass(frozen=True, slots=True)
class Cube:
    """The breakdowns by which figures may be published, and the bands of durations in days."""

    cuts: tuple[Cut, ...]
    durations: tuple[tuple[int, int | None], ...]
    sha256: str

    @property
    def band_ends(self) -> tuple[int, ...]:
        """The last day of each band except the last band."""
        return tuple(last for _, last in self.durations if last is not None)

    def of(self, stage: Stage) -> tuple[Cut, ...]:
        """Return the cuts of one stage."""
        return tuple(cut for cut in self.cuts if cut.stage is stage)


def cube_named(identifier: str = CUBE) -> Cube:
    """Return a cube. Raises UnknownRuleError."""
    file = data_file(identifier)
    content: dict[str, Any] = file.content
    cuts = tuple(
        Cut(one["cut"], one["title"], Stage(one["stage"]), one.get("members", False))
        for one in content["cuts"]
    )
    return Cube(cuts, tuple((first, last) for first, last in content["durations"]), file.sha256)


def tables_of(
    policy: Policy,
    cube: Cube,
    counted: Mapping[Stage, Sequence[CountedClass]],
    services: Collection[str],
) -> tuple[ReleasedTable, ...]:
    """Return every table that may be published from these counts.

    Services without counts are included.
    """
    tables: list[ReleasedTable] = []
    for stage in Stage:
        by_service = _by_service(counted[stage])
        for service in sorted({*services, *by_service}):
            tables += _of_service(policy, cube, stage, service, by_service.get(service, ()))
    return tuple(tables)


def _by_service(found: Iterable[CountedClass]) -> Mapping[str, list[CountedClass]]:
    by_service: dict[str, list[CountedClass]] = defaultdict(list)
    for one in found:
        by_service[one.service].append(one)
    return by_service


def _of_service(
    policy: Policy, cube: Cube, stage: Stage, service: str, found: Sequence[CountedClass]
) -> list[ReleasedTable]:
    cuts = cube.of(stage)
    classes = [_classes(policy, cube, cut, found) for cut in cuts]
    total = sum(one.count for one in found)
    row = shown_row(policy, total, [tuple(one.values()) for one in classes])
    return [
        ReleasedTable(
            service,
            cut.name,
            cut.title,
            row.total,
            shown.base,
            _cells(policy, names, shown, row.total),
        )
        for cut, names, shown in zip(cuts, classes, row.tables, strict=True)
    ]


def _cells(
    policy: Policy, names: Iterable[str], shown: ShownCells, total: int | str
) -> tuple[ReleasedCell, ...]:
    return tuple(
        ReleasedCell(name, figure, policy.percent(figure, total))
        for name, figure in zip(names, shown.figures, strict=True)
    )


def _classes(
    policy: Policy, cube: Cube, cut: Cut, found: Sequence[CountedClass]
) -> Mapping[str, int]:
    """Return the counts for the classes of a cut. They add up to the total."""
    if cut.by_members:
        return _merged(policy, found)
    counts: Counter[str] = Counter(dict.fromkeys(_fixed(cube, cut), 0))
    for one in found:
        counts[_class_of(cube, cut, one)] += one.count
    return dict(counts)


def _fixed(cube: Cube, cut: Cut) -> tuple[str, ...]:
    """Return the classes that a breakdown always has."""
    match cut.name:
        case "timeliness":
            return tuple(one.value for one in Timeliness)
        case "duration":
            return tuple(_band(band) for band in cube.durations)
        case "received":
            return ("all",)
    return ()


def _class_of(cube: Cube, cut: Cut, one: CountedClass) -> str:
    match cut.name:
        case "timeliness":
            return one.timeliness
        case "duration":
            return _band(cube.durations[one.duration])
        case "received":
            return "all"
    return one.outcome


def _band(band: tuple[int, int | None]) -> str:
    first, last = band
    return f"{first} days or more" if last is None else f"{first} to {last} days"


def _merged(policy: Policy, found: Sequence[CountedClass]) -> Mapping[str, int]:
    """Return counts by kind of requester.

    Kinds with too few requesters are merged with another kind.
    """
    counts: Counter[str] = Counter()
    members: dict[str, set[str]] = defaultdict(set)
    people: Counter[str] = Counter()
    for one in found:
        counts[one.asker] += one.count
        if one.asker == PartyKind.PERSON.value:
            people[one.asker] += one.count
        members[one.asker].add(one.party)
    size = {name: max(len(members[name]), people[name]) for name in counts}
    lone = [name for name in counts if size[name] < policy.class_members]
    rest = sorted((name for name in counts if name not in lone), key=lambda name: counts[name])
    if lone and sum(size[name] for name in lone) < policy.class_members and rest:
        lone.append(rest.pop(0))
    merged = {name: counts[name] for name in sorted(rest)}
    if lone:
        merged[OTHER if rest else "all"] = sum(counts[name] for name in lone)
    return merged
