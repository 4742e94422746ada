"""Office settings: how a search is narrowed to candidates, and how it becomes a case."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from service.usecases.policy import CasePolicy

_DEFAULTS = CasePolicy()


class CaseSettings(BaseSettings, use_attribute_docstrings=True):
    """One setting for each field of the case policy, whose values are the defaults."""

    scored_candidates: int = Field(default=_DEFAULTS.scored_candidates, ge=1, le=1_000)
    """Candidates that a search of the index returns, by prints or names."""
    weighed_candidates: int = Field(default=_DEFAULTS.weighed_candidates, ge=1, le=1_000)
    """Number of candidates, the most similar first, that are compared exactly and weighed in
    searches with or among marks; a names enquiry weighs all candidates."""
    weighed_tenprints: int = Field(default=_DEFAULTS.weighed_tenprints, ge=1, le=1_000)
    """Number of candidates that are compared exactly and weighed in searches with tenprints among
    tenprints."""
    stored_candidates: int = Field(default=_DEFAULTS.stored_candidates, ge=1, le=100)
    """Number of weighed candidates, the strongest evidence first, that are stored with their
    evidence."""
    tenprint_exemplars: int = Field(default=_DEFAULTS.tenprint_exemplars, ge=1, le=100)
    """Stored candidates that examiners compare in each tenprint check: the likely candidates, with
    look-alikes beside them. Each needs a comparison."""
    mark_exemplars: int = Field(default=_DEFAULTS.mark_exemplars, ge=1, le=100)
    """Most stored candidates, of any band, that examiners compare in a mark comparison."""
    law_act: Literal["withhold", "widen", "alarm"] = "withhold"
    """What happens, besides the alarm, when prints of a source no longer follow the distribution
    of the model: ranks without bits, wider spreads, or nothing more."""
    verifiers_required: int = Field(default=_DEFAULTS.verifiers_required, ge=1, le=5)
    """Number of further people who must agree with the first examiner; if they differ, another
    person examines."""
    differences_reviewed: bool = _DEFAULTS.differences_reviewed
    """Whether a supervisor reviews every difference of opinion at once, instead of a further
    examiner first. Needed in an office of two examiners."""
    controls_before_marks: int = Field(default=_DEFAULTS.controls_before_marks, ge=0, le=1_000)
    """Number of control items that an examiner must decide in a year before marks are assigned to
    them; 0: none."""
    point_area_mm2: float = Field(default=_DEFAULTS.point_area_mm2, ge=0.0, le=200.0)
    """Area that the points of an identified finger must cover, in square millimetres, if pairs of
    points are required; for a smaller area, the examiner says why."""

    @property
    def case_policy(self) -> CasePolicy:
        """The case policy with these settings."""
        return CasePolicy(
            **{field.name: getattr(self, field.name) for field in fields(CasePolicy)}
        )
