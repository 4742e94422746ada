"""All comparators of details, in the order in which their rows are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from domain.arrays import Int64s
from matching.comparators import date_of_birth as dates
from matching.comparators import name
from matching.comparators import other_details as others
from matching.comparators.columns import MIDDLE, HeldColumns
from matching.comparators.pairs import Compared
from matching.levels import Scale, Weights

Compare = Callable[[HeldColumns, HeldColumns, Weights], Compared]


@dataclass(frozen=True, slots=True)
class Comparator:
    """One comparison of details: its levels and the function that finds the level."""

    scale: Scale
    compare: Compare
    stated: Callable[[HeldColumns], Int64s]
    """The keys of the statement that the comparison reads. If all are 0, nothing is compared."""

    @property
    def words(self) -> str:
        """The sentence that explains to an examiner how the comparison works."""
        return (self.compare.__doc__ or "").partition("\n")[0]


COMPARATORS = (
    Comparator(name.SCALE, name.compare_names, attrgetter("names.values")),
    Comparator(
        name.MIDDLE_SCALE,
        name.compare_middle_names,
        lambda said: said.names.values[:, MIDDLE],
    ),
    Comparator(dates.SCALE, dates.compare_dates_of_birth, attrgetter("dates.values")),
    Comparator(others.SEX_SCALE, others.compare_sexes, attrgetter("sexes")),
    Comparator(others.PLACE_SCALE, others.compare_places_of_birth, attrgetter("places")),
    Comparator(others.POSTCODE_SCALE, others.compare_postcodes, attrgetter("postcodes.values")),
    Comparator(others.PNC_SCALE, others.compare_pnc_ids, attrgetter("pnc_ids.values")),
    Comparator(others.CRO_SCALE, others.compare_cro_numbers, attrgetter("cro_numbers.values")),
)
