"""Accuracy of extractors, matcher and vectors: `python -m benchmarks prints`.

`--data DIR` measures sets of real prints, in folders like those of the fingerprint verification
competitions. `--drawn N` measures N drawn fingers, which show that the chain works and nothing
about real prints. Instead, `--marks N` searches for N marks made of each finger, and `--turned N`
for N prints of each finger turned by quarter turns; `--growth N` tells how much the lists of such
a search hold as the gallery grows to a million fingers; `--slaps N` cuts N pasted slaps of each
set; `--doubts` counts doubts about pictures; `--bits` measures the bits of matches, each set under
a model fitted on the others; `--whitening FILE` fits the whitening of vectors on all sets.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.machine import one_thread_each
from benchmarks.printing.distractors import drawn_images, left_out, real_like, write_fitted
from benchmarks.printing.doubting import drawn_doubts, photograph_doubts, set_doubts
from benchmarks.printing.extracting import (
    Costs,
    Extracting,
    FolderOptions,
    Print,
    as_print,
    ppi_options,
    samples_of,
)
from benchmarks.printing.growth import growth_of, read_shares, told
from benchmarks.printing.marks import (
    DAMAGES,
    Gallery,
    gallery_of,
    mark_ranks,
    ranks_told,
    shares_within,
    vector_places,
)
from benchmarks.printing.measuring import fit_of, measured, pairs_by_set, rows_of
from benchmarks.printing.probing import (
    Picture,
    demand_later,
    digest_of,
    made_marks,
    slap_row,
    turned_probes,
)
from benchmarks.printing.ranking import joined_by_fingers
from benchmarks.printing.showing import shown
from benchmarks.runner import Benchmark, Result, only_chosen
from domain.prints.minutiae import NOMINAL_PPI
from prints.features.parameters import ANY_WAY_RAD, DEPTH
from prints.features.tools import feature_tools
from service.adapters.extraction.extractors import (
    EXTRACTOR_NAMES,
    mark_extractor,
    minutia_extractor,
)
from service.adapters.surroundings import use_one_thread_each
from service.cli.training.print_sets import grey_image
from service.ports.print_reading import MinutiaExtractor

_NOBODY = "nobody"
_opened = cache(minutia_extractor)
_DRAWN = 20


@dataclass(frozen=True, kw_only=True)
class PrintsOptions(FolderOptions):
    """The options of `python -m benchmarks prints`."""

    data: Annotated[
        Path | None, "folder with a folder of images for each set", {"instead_of": "source"}
    ] = None
    drawn: Annotated[
        int,
        f"measure N drawn fingers instead ({_DRAWN})",
        {"instead_of": "source", "nargs": "?", "const": _DRAWN, "metavar": "N"},
    ] = 0
    extractor: Annotated[
        Sequence[str] | None,
        "may be given twice (both)",
        {"action": "append", "type": str, "choices": EXTRACTOR_NAMES},
    ] = None
    marks: Annotated[int, "search for so many marks made of each finger, and nothing else"] = 0
    growth: Annotated[int, "tell what lists of marks hold as a gallery grows, so many each"] = 0
    damage: Annotated[
        Sequence[str] | None,
        "kind of mark, if not all",
        {"action": "append", "type": str, "choices": tuple(DAMAGES)},
    ] = None
    turned: Annotated[int, "search for so many prints of each finger, turned by quarters"] = 0
    slaps: Annotated[int, "cut so many slaps, pasted of four fingers of each set"] = 0
    doubts: Annotated[bool, "count doubts about pictures, and nothing else"] = False
    photographs: Annotated[Path | None, "folder of photographs (JPEG), for --doubts"] = None
    bits: Annotated[bool, "fit and judge bits of matches, and nothing else"] = False
    whitening: Annotated[Path | None, "fit the whitening of vectors into this file"] = None
    distractors: Annotated[int, "fingers beside those of the sets"] = 4_000
    persons: Annotated[int, "persons of ten fingers made of them"] = 5_000
    depth: Annotated[int, "prints matched after the vector"] = 100
    seed: Annotated[int, "of the distractors"] = 1


def measured_prints(options: PrintsOptions) -> Result:
    """Return the rows of each extractor, and the cost of each step."""
    use_one_thread_each()
    chosen = only_chosen(_WORKS, options)
    work = _compared if chosen is None else _WORKS[chosen]
    images = list(_images(options))
    if chosen is not None and work in (_turned, _marks, _growth):
        demand_later(images, getattr(options, chosen))
    # Pictures are doubted, and slaps are cut, before an extractor sees them.
    is_before = work in (_slaps, _doubts)
    names = [""] if is_before else options.extractor or EXTRACTOR_NAMES
    rows: list[Row] = []
    costs: dict[str, dict[str, float]] = {}
    with one_thread_each():
        for name in names:
            run = _Run(name, images, options)
            label = run.extractor.tool.label if name else ""
            rows += [{"extractor": label, **row} for row in work(run)]
            costs[name] = run.costs.each_ms()
    return {
        "dataset_digest": digest_of(images),
        "instead": chosen or "",
        "units": "rates and ranks are parts of 1",
        "vectors": feature_tools().vectors().tool.digest,
        "depth": options.depth,
        "persons": options.persons,
        "cpu_ms_each": costs,
        "rows": rows,
    }


Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What is measured with one extractor."""

    extractor_name: str
    images: Sequence[Picture]
    options: PrintsOptions
    costs: Costs = field(default_factory=Costs)

    @property
    def extractor(self) -> MinutiaExtractor:
        """The extractor, which is opened once."""
        return _opened(self.extractor_name)

    def read(self, distractors: int) -> tuple[list[Print], list[Print]]:
        """Return the prints that the extractor read, and distractors made from these."""
        vectors = feature_tools().vectors()
        extracting = Extracting(self.extractor, self.options.cache, self.costs)
        prints = [
            as_print(sample, extracting.minutiae(grey, ppi), vectors, self.costs)
            for sample, grey, ppi in self.images
        ]
        made = real_like(prints, distractors, np.random.default_rng([self.options.seed, 1]))
        nobody = [
            as_print((_NOBODY, number, 1), minutiae, vectors, self.costs)
            for number, minutiae in enumerate(made)
        ]
        return prints, nobody

    def gallery(self) -> Gallery:
        """Return the first print of each finger among the distractors."""
        prints, distractors = self.read(self.options.distractors)
        enrolled = [one for one in prints if one.impression == 1]
        return gallery_of([*enrolled, *distractors], left_out(prints, self.options.seed))

    def sets(self) -> Iterator[tuple[str, list[Picture]]]:
        """Yield the images of each set."""
        for data, images in groupby(self.images, key=lambda one: one[0][0]):
            yield data, list(images)


def _bits(run: _Run) -> list[Row]:
    """Return a row for each set: its error rate, and its bits under a model of the other sets."""
    prints, _ = run.read(distractors=0)
    pairs = pairs_by_set(prints, run.costs)
    fit = fit_of(pairs)
    if fit is None:
        raise SystemExit("--bits needs two sets, so that one can be left out.")
    stated = {"shrinkage": fit.shrinkage}
    eer = {name: one.scores.equal_error_rate for name, one in pairs.items()}
    rows = [
        {"data": name, **stated, "eer": eer[name], **asdict(one)}
        for name, one in fit.left_out.items()
    ]
    mean = {"eer": float(np.mean(list(eer.values()))), "cllr": fit.mean_cllr}
    return [*rows, {"data": "mean", **stated, **mean}]


def _whitening(run: _Run) -> list[Row]:
    """Write the whitening fitted on all sets; return the digest that the code must state."""
    prints, _ = run.read(distractors=0)
    digest = write_fitted(run.options.whitening, prints, run.options.seed)
    return [{"prints": len(prints), "whitening": digest}]


def _compared(run: _Run) -> list[Row]:
    prints, distractors = run.read(run.options.distractors)
    by_set = left_out(prints, run.options.seed)
    found = measured(prints, distractors, by_set, depth=run.options.depth, costs=run.costs)
    rows = rows_of(found, np.random.default_rng([run.options.seed, 2]))
    rows[-1]["joined"] = joined_by_fingers(
        prints, distractors, persons=run.options.persons, seed=run.options.seed
    )
    return [row | {"matcher": feature_tools().matcher.label} for row in rows]


def _marks(run: _Run) -> list[Row]:
    """Return a row for each kind of mark and each extractor that may read marks."""
    gallery = run.gallery()
    readers = (mark_extractor(run.extractor_name), run.extractor)
    by_label = {one.tool.label: one for one in readers}
    rows = []
    for damage in run.options.damage or DAMAGES:
        marks = list(made_marks(run.images, damage, run.options.marks, run.options.seed))
        for label, reader in by_label.items():
            ranks = mark_ranks(marks, reader, gallery, feature_tools().vectors(), run.costs)
            facts = {"marks_by": label, "damage": damage, "gallery": len(gallery.prints)}
            rows.append({**facts, **ranks_told(ranks)})
    return rows


def _growth(run: _Run) -> list[Row]:
    """Return what the lists of a mark search hold, by damage and size of the gallery."""
    options = run.options
    prints, _ = run.read(distractors=0)
    made = real_like(prints, options.distractors, np.random.default_rng([options.seed, 1]))
    growth = growth_of([one for one in prints if one.impression == 1], made, run.costs)
    reading = Extracting(mark_extractor(run.extractor_name), options.cache, run.costs)
    rows = []
    for damage in options.damage or DAMAGES:
        marks = made_marks(run.images, damage, options.growth, options.seed)
        found = read_shares(growth, marks, reading, run.costs)
        rows += [{"damage": damage} | one for one in told(found)]
    return rows


def _turned(run: _Run) -> list[Row]:
    """Return the places of prints among vectors, upright and turned, by the number of turns."""
    gallery = run.gallery()
    rows = []
    for lying in ("upright", "turned"):
        probes = [
            (sample, run.extractor.extract(grey, float(NOMINAL_PPI)))
            for sample, grey in turned_probes(
                run.images, run.options.turned, is_turned=lying == "turned"
            )
        ]
        for turns_rad in (DEPTH.turns_rad, ANY_WAY_RAD):
            places = vector_places(probes, gallery, feature_tools().vectors(), turns_rad)
            facts = {"lying": lying, "turns": len(turns_rad), "prints": len(places)}
            rows.append({"gallery": len(gallery.prints), **facts, **shares_within(places)})
    return rows


def _slaps(run: _Run) -> list[Row]:
    """Return a row for each set, and for slaps with a different number of fingers than stated."""
    options, costs = run.options, run.costs
    return [slap_row(data, own, options.slaps, options.seed, costs) for data, own in run.sets()]


def _doubts(run: _Run) -> list[Row]:
    """Return the rows for each set, and for drawn pictures that are not prints."""
    rows: list[Row] = []
    for data, own in run.sets():
        rows += set_doubts(data, own, run.options.seed, run.costs)
    rows += drawn_doubts(run.options.seed)
    if run.options.photographs is not None:
        paths = sorted(run.options.photographs.glob("*.jpg"))
        rows += photograph_doubts(map(grey_image, paths))
    return rows


_WORKS: dict[str, Callable[[_Run], list[Row]]] = {
    "bits": _bits,
    "whitening": _whitening,
    "turned": _turned,
    "slaps": _slaps,
    "doubts": _doubts,
    "marks": _marks,
    "growth": _growth,
}
"""What is measured instead if an option is given, by the name of the option."""


def _images(options: PrintsOptions) -> Iterator[Picture]:
    if options.data is None and not options.drawn:
        raise SystemExit(
            "Give a folder of images (--data DIR), or measure drawn fingers (--drawn)."
        )
    if options.data is None:
        yield from drawn_images(options.drawn)
        return
    for sample in samples_of(options.data, ppi_options(options.ppi or ())):
        named = (sample.data, sample.finger, sample.impression)
        yield named, grey_image(sample.path), sample.ppi


main = Benchmark(measure=measured_prints, show=shown).main
