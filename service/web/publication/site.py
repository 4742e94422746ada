"""Two publications as files without scripts: the public site, and the compliance audit pack."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.events.catalogue import kind_of
from domain.office_days import office_day
from domain.plain_values import plain
from domain.publication import PublishedAnswer, Release, ReleasedTable
from rules.data_files import data_file
from service.usecases.publication.audit import AuditPack, ClassAccuracy, ConversionAccuracy
from service.web.rendering import STATIC, render_text

WIDTH = 320
"""Width of the longest bar, in pixels."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: it shows one statistical class (category) of the table."""

    name: str
    figure: str
    width: int
    """In pixels."""
    y: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of a table, their total height, and a sentence that says what they show."""

    bars: tuple[Bar, ...]
    height: int
    words: str


def chart_of(table: ReleasedTable) -> Chart | None:
    """Return the bars of a table; None unless two figures are shown, which can be compared."""
    shown = {one.name: one.figure for one in table.cells if isinstance(one.figure, int)}
    if len(shown) < 2 or not any(shown.values()):
        return None
    longest = max(shown.values())
    first = [name for name, figure in shown.items() if figure == longest]
    bars = tuple(
        Bar(
            one.name,
            str(one.figure),
            round(WIDTH * one.figure / longest) if isinstance(one.figure, int) else 0,
            24 * number,
        )
        for number, one in enumerate(table.cells)
    )
    words = f"Largest: {' and '.join(first)}, with {longest}{' each' * (len(first) > 1)}."
    return Chart(bars, 24 * len(bars), words)


SCHEME = "publication-scheme/1"
STYLE = "site.css"
_COLUMNS = ("service", "cut", "class", "figure", "percent", "total", "base")
_MEANINGS = {
    "service": "The service that is counted",
    "cut": "The table that the figure belongs to",
    "class": "The class within the table",
    "figure": "Rounded count; * stands for a small number and : for one that is withheld",
    "percent": "Percentage of the total, from rounded figures; empty if the total is small",
    "total": "The total, rounded separately: the classes may not add up to it",
    "base": "The figure is rounded to a multiple of this number",
}


def site_files(
    releases: Sequence[Release], answers: Sequence[PublishedAnswer]
) -> Mapping[str, bytes]:
    """Return every file of the site by its path."""
    scheme: dict[str, Any] = data_file(SCHEME).content
    newest = _newest(releases)
    shared = {"scheme": scheme, "releases": newest, "count": len(answers)}
    files = {
        "index.html": render_text("publication/site/index.html", {**shared, "root": ""}),
        "disclosure-log.html": render_text(
            "publication/site/disclosure_log.html", {**shared, "answers": answers, "root": ""}
        ),
        "disclosure-log.json": _json([_published(one) for one in answers]),
        STYLE: style_sheet(),
    }
    for one in scheme["classes"]:
        values = {**shared, "one": one, "root": ""}
        files[f"{one['name']}.html"] = render_text("publication/site/class.html", values)
    for release in newest:
        files |= _release_files(release, releases, shared)
    return {name: text.encode() for name, text in files.items()}


def style_sheet() -> str:
    """Return the style sheet for pages outside the workbench."""
    return (STATIC / "public-site.css").read_text("utf-8")


def _newest(releases: Iterable[Release]) -> list[Release]:
    """Return the newest version of each quarter, the newest quarter first."""
    found: dict[str, Release] = {}
    for release in releases:
        held = found.get(str(release.quarter))
        if held is None or held.version < release.version:
            found[str(release.quarter)] = release
    return [found[quarter] for quarter in sorted(found, reverse=True)]


def _release_files(
    release: Release, releases: Iterable[Release], shared: Mapping[str, Any]
) -> dict[str, str]:
    at = f"releases/{release.quarter}"
    versions = [one for one in releases if one.quarter == release.quarter]
    values = {**shared, "release": release, "versions": versions, "chart": chart_of, "root": "../"}
    return {
        f"{at}.html": render_text("publication/site/release.html", values),
        f"{at}.csv": release_csv(release),
        f"{at}.csv-metadata.json": _json(csv_metadata(release)),
        f"{at}.json": _json(
            {**plain(release.content), "version": release.version, "note": release.note}
            | {"log_size": release.log_size, "log_root": release.log_root}
            | {"content_sha256": release.content_sha256}
        ),
    }


def release_csv(release: Release) -> str:
    """Return the figures of a release as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for table in release.content.tables:
        for cell in table.cells:
            percent = "" if cell.percent is None else cell.percent
            row = (table.service, table.cut, cell.name, cell.figure, percent)
            writer.writerow((*row, table.total, table.base))
    return text.getvalue()


def csv_metadata(release: Release) -> dict[str, Any]:
    """Return the metadata of the CSV file, as CSV on the Web (W3C, 17 December 2015)."""
    numbers = {"figure": ["*", ":"], "total": ["*", ":"], "percent": [""], "base": []}
    columns = [
        {
            "name": name,
            "titles": name,
            "dc:description": _MEANINGS[name],
            "datatype": "integer" if name in numbers else "string",
            **({"null": numbers[name]} if numbers.get(name) else {}),
        }
        for name in _COLUMNS
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{release.quarter}.csv",
        "dc:title": f"Figures of {release.quarter}, version {release.version}",
        "dc:license": {
            "@id": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
        },
        "dc:modified": {
            "@value": office_day(release.released_at).isoformat(),
            "@type": "xsd:date",
        },
        "tableSchema": {"columns": columns, "primaryKey": ["service", "cut", "class"]},
    }


def _published(one: PublishedAnswer) -> dict[str, Any]:
    """Return an answer as published: without the requester, an id or the office's hours."""
    return {
        "answered_on": one.answered_on.isoformat(),
        "outcome": one.outcome.value,
        "exemptions": list(one.exemptions),
        "question": one.question,
        "answer": one.answer,
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


SUMS = "SHA256SUMS"


def pack_files(pack: AuditPack, note: bytes) -> Mapping[str, bytes]:
    """Return every file of a pack by its name, the checksums last. `note`: a signed checkpoint."""
    tables = _tables(pack)
    told = {
        name: [dict(zip(head, row, strict=True)) for row in rows] for name, head, rows in tables
    }
    whole = {"question": plain(pack.question), "log_size": pack.log_size, **told}
    files = {
        "index.html": render_text(
            "publication/site/audit_pack.html", {"pack": pack, "tables": tables}
        ),
        STYLE: style_sheet(),
        "pack.json": json.dumps(whole, indent=1, sort_keys=True) + "\n",
        **{f"{name}.csv": _csv(head, rows) for name, head, rows in tables},
    }
    made = {name: text.encode() for name, text in files.items()} | {"checkpoint.note": note}
    return made | {SUMS: sums_of(made)}


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """Return each file's SHA-256 in the format of `sha256sum`, without the checksum file."""
    lines = (
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n"
        for name in sorted(files)
        if name != SUMS
    )
    return "".join(lines).encode()


_Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def _tables(pack: AuditPack) -> Sequence[_Table]:
    return (
        (
            "samples",
            ("subject", "service", "ended", "outcome", "timeliness"),
            [
                (
                    one.subject_id,
                    one.service,
                    one.counted_on.isoformat(),
                    one.outcome,
                    one.timeliness,
                )
                for one in pack.samples
            ],
        ),
        (
            "timeliness",
            ("service", "in time", "late", "no clock"),
            [(one.service, one.in_time, one.late, one.no_clock) for one in pack.times],
        ),
        (
            "use",
            ("event", "what happened", "events", "accounts"),
            [
                (
                    one.event_type,
                    kind_of(one.event_type).declared.sentence,
                    one.events,
                    one.accounts,
                )
                for one in pack.use
            ],
        ),
        ("opinions", ("examinations", "cases"), list(pack.opinions)),
        (
            "notices",
            ("notice", "kind", "given"),
            [(one.notice_id, one.kind, one.given_on.isoformat()) for one in pack.notices],
        ),
        ("controls", ("outcome", "decisions"), list(pack.controls)),
        *_conversion_tables(pack.conversion),
    )


def _conversion_tables(found: ConversionAccuracy) -> Sequence[_Table]:
    return (
        ("converted-lots", ("verdict", "lots"), list(found.lots)),
        (
            "conversion-accuracy",
            ("verdict", "class of error", "fields read", "errors", "share from", "share to"),
            [
                (one.verdict, one.error_class, one.read, one.errors, *_shares(one))
                for one in found.classes
            ],
        ),
        ("samplers", ("errors put in", "found"), [(found.seeded, found.found)]),
    )


def _shares(one: ClassAccuracy) -> tuple[float, float]:
    return round(one.low, 5), round(one.high, 5)


def _csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
