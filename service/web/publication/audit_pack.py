"""The compliance audit pack as files: a page, CSV and JSON, a checkpoint, and checksums."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.plain_values import plain
from service.usecases.publication.audit import AuditPack, ClassAccuracy, ConversionAccuracy
from service.web.publication.site import STYLE, style_sheet
from service.web.rendering import render_text

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
            ("event", "events", "accounts"),
            [(one.event_type, one.events, one.accounts) for one in pack.use],
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
