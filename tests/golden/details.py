"""The golden table of details: readable cases with the shipped model's results.

`python -m tests.golden.details` writes `details.csv` anew from `cases.csv`; review the difference
before keeping it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from domain.people.people import Address, Details, Nationality, PartialDate, PersonName, Sex
from matching.scorer import Scorer, load_scorer

FOLDER = Path(__file__).parent
GALLERY_SIZE = 100_000


def details_of(text: str) -> Details:
    """Read `forename;middle;surname|date|sex|place|nationality|postcode`, any part empty."""
    name, born, sex, place, nationality, postcode = text.split("|")
    forename, middle, surname = name.split(";") if name else ("", "", "")
    return Details(
        names=(PersonName(forename, surname, middle),) if name else (),
        dates_of_birth=(PartialDate.parse(born),) if born else (),
        sex=Sex(sex) if sex else None,
        place_of_birth=place,
        nationalities=(Nationality(nationality),) if nationality else (),
        addresses=(Address("1 Road", "Town", postcode),) if postcode else (),
    )


def table(scorer: Scorer) -> str:
    """Return the golden table computed with a model."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["what", "total bits", "band", "flags", "rows"])
    with (FOLDER / "cases.csv").open(newline="") as cases:
        for case in csv.DictReader(cases):
            said, held = details_of(case["said"]), details_of(case["held"])
            if said.is_empty:
                writer.writerow([case["what"], "refused", "", "", ""])
                continue
            (evidence,) = scorer.score_details(said, [held], gallery_size=GALLERY_SIZE)
            flags = "; ".join(str(raised.flag) for raised in evidence.flags)
            rows = "; ".join(
                f"{row.source} {row.level} {row.bits:+.1f}" for row in evidence.rows if row.bits
            )
            total = f"{evidence.total_bits:.1f}"
            writer.writerow([case["what"], total, str(evidence.band), flags, rows])
    return written.getvalue()


if __name__ == "__main__":
    (FOLDER / "details.csv").write_text(table(load_scorer()))
