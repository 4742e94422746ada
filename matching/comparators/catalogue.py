"""All comparators of details, in the order in which their rows are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matching.comparators import date_of_birth as dates
from matching.comparators import identifiers, middle_name, name, place_of_birth, postcode, sex
from matching.comparators.columns import HeldColumns
from matching.comparators.pairs import Compared
from matching.levels import Scale, Weights

Compare = Callable[[HeldColumns, HeldColumns, Weights], Compared]


@dataclass(frozen=True, slots=True)
class Comparator:
    """One comparison of details: its levels and the function that finds them."""

    scale: Scale
    compare: Compare

    @property
    def words(self) -> str:
        """The sentence that tells an examiner how the comparison works."""
        return (self.compare.__doc__ or "").partition("\n")[0]


COMPARATORS = (
    Comparator(name.SCALE, name.compare_names),
    Comparator(middle_name.SCALE, middle_name.compare_middle_names),
    Comparator(dates.SCALE, dates.compare_dates_of_birth),
    Comparator(sex.SCALE, sex.compare_sexes),
    Comparator(place_of_birth.SCALE, place_of_birth.compare_places_of_birth),
    Comparator(postcode.SCALE, postcode.compare_postcodes),
    Comparator(identifiers.PNC_SCALE, identifiers.compare_pnc_ids),
    Comparator(identifiers.CRO_SCALE, identifiers.compare_cro_numbers),
)
