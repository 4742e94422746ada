"""The registry of template formats."""

from __future__ import annotations

import pytest

from data.synthetic.parameters import TEMPLATE_FORMAT
from domain.errors import UnknownTemplateFormatError
from matching.model_files import UNSTATED_FORMAT
from prints.formats import minutiae_192, synthetic_192
from prints.registry import FORMATS
from tests.formats import BOTH_FORMATS, SECOND_FORMAT


def test_a_format_is_known_by_its_label_alone() -> None:
    assert FORMATS.named("identlink-synthetic-192/1") is synthetic_192.FORMAT
    assert FORMATS.named("identlink-minutiae-192/1") is minutiae_192.FORMAT
    assert BOTH_FORMATS.named("identlink-test-64/1") is SECOND_FORMAT
    with pytest.raises(UnknownTemplateFormatError) as refusal:
        FORMATS.named("someone-elses/9")
    assert "someone-elses" not in refusal.value.detail


def test_a_gallery_names_its_own_format_in_a_refusal() -> None:
    refusal = SECOND_FORMAT.template.other_format()

    assert isinstance(refusal, UnknownTemplateFormatError)
    assert refusal.detail == "This gallery holds only identlink-test-64/1 templates: send these."


def test_labels_are_distinct() -> None:
    assert len(set(BOTH_FORMATS.labels)) == len(BOTH_FORMATS.labels) == 3


def test_the_generator_and_the_oldest_models_name_the_default_format() -> None:
    assert FORMATS.default.template == TEMPLATE_FORMAT
    assert FORMATS.default.label == UNSTATED_FORMAT
