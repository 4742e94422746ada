import numpy as np
import pytest

from domain.errors import DuplicatePositionError, EmptyProbeError, UnsupportedSearchError
from domain.people.people import Details, PersonName
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe, SearchType
from service.usecases.searches.looking_up import check_probe
from tests.formats import FORMAT

DETAILS = Details(names=(PersonName("Ann", "Other"),))


def impression(position=FingerPosition.RIGHT_INDEX, kind=ImpressionType.PLAIN):
    vector = np.zeros(192, dtype=np.float32)
    vector[0] = 1
    return Impression(position, kind, 60, vector, FORMAT.template)


MARK = impression(FingerPosition.UNKNOWN, ImpressionType.LATENT)
TWO_FINGERS = (impression(), impression(FingerPosition.LEFT_INDEX))


@pytest.mark.parametrize(
    ("search_type", "impressions"),
    [
        (SearchType.TP_TP, TWO_FINGERS),
        (SearchType.TP_LT, TWO_FINGERS),
        (SearchType.LT_TP, (MARK,)),
        (SearchType.LT_LT, (MARK,)),
        (SearchType.NAMES, ()),
    ],
)
def test_a_probe_that_fits_its_search_is_accepted(search_type, impressions):
    check_probe(search_type, Probe(impressions, DETAILS))


@pytest.mark.parametrize(
    ("search_type", "impressions"),
    [
        (SearchType.TP_TP, (MARK,)),
        (SearchType.TP_TP, (impression(FingerPosition.UNKNOWN),)),
        (SearchType.TP_TP, ()),
        (SearchType.LT_TP, (MARK, MARK)),
        (SearchType.LT_TP, (impression(),)),
        (SearchType.LT_LT, ()),
        (SearchType.NAMES, (MARK,)),
    ],
)
def test_a_probe_that_does_not_fit_its_search_is_refused(search_type, impressions):
    with pytest.raises(UnsupportedSearchError):
        check_probe(search_type, Probe(impressions, DETAILS))


@pytest.mark.parametrize("search_type", list(SearchType))
def test_nothing_at_all_is_refused(search_type):
    with pytest.raises(EmptyProbeError):
        check_probe(search_type, Probe((), Details()))


def test_one_finger_twice_is_refused():
    with pytest.raises(DuplicatePositionError):
        check_probe(SearchType.TP_TP, Probe((impression(), impression()), DETAILS))
