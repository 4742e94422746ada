"""Settings of the office: how a search narrows to candidates and becomes a case."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from service.usecases.policy import CasePolicy

_DEFAULTS = CasePolicy()


class CaseSettings(BaseSettings):
    """One setting for each field of a case policy, which has the defaults."""

    scored_candidates: int = Field(
        default=_DEFAULTS.scored_candidates,
        ge=1,
        le=1_000,
        description="Candidates that one search of the index, prints or names, returns.",
    )
    weighed_candidates: int = Field(
        default=_DEFAULTS.weighed_candidates,
        ge=1,
        le=1_000,
        description="How many of them, the most similar first, are compared exactly and weighed "
        "where marks are searched with or in; a names enquiry weighs all of them.",
    )
    weighed_tenprints: int = Field(
        default=_DEFAULTS.weighed_tenprints,
        ge=1,
        le=1_000,
        description="The same for tenprints that are searched with in tenprints.",
    )
    stored_candidates: int = Field(
        default=_DEFAULTS.stored_candidates,
        ge=1,
        le=100,
        description="How many of the weighed candidates, the strongest evidence first, are stored "
        "with their evidence.",
    )
    tenprint_exemplars: int = Field(
        default=_DEFAULTS.tenprint_exemplars,
        ge=1,
        le=100,
        description="Stored candidates that examiners compare in each tenprint check: the likely "
        "ones, and look-alikes beside them. Each costs a comparison.",
    )
    mark_exemplars: int = Field(
        default=_DEFAULTS.mark_exemplars,
        ge=1,
        le=100,
        description="Most stored candidates that examiners compare in a mark comparison, of any "
        "band.",
    )
    law_act: Literal["withhold", "widen", "alarm"] = Field(
        default="withhold",
        description="What follows, beside the alarm, when prints of a source no longer follow "
        "the law of the model: ranks without bits, wider spreads, or nothing more.",
    )
    verifiers_required: int = Field(
        default=_DEFAULTS.verifiers_required,
        ge=1,
        le=5,
        description="Further people who must agree with the first examiner; where they differ, "
        "one more examines.",
    )
    differences_reviewed: bool = Field(
        default=_DEFAULTS.differences_reviewed,
        description="Whether a supervisor reviews every difference of opinion, instead of one "
        "more examiner first. An office of two examiners needs it.",
    )
    controls_before_marks: int = Field(
        default=_DEFAULTS.controls_before_marks,
        ge=0,
        le=1_000,
        description="Control items that an examiner decides in a year before marks are assigned "
        "to them; 0 for none.",
    )
    point_area_mm2: float = Field(
        default=_DEFAULTS.point_area_mm2,
        ge=0.0,
        le=200.0,
        description="Square millimetres that the points of an identified finger are spread over, "
        "where pairs of points are wanted; with less, the examiner says why.",
    )

    @property
    def case_policy(self) -> CasePolicy:
        """The policy that is set."""
        return CasePolicy(
            **{field.name: getattr(self, field.name) for field in fields(CasePolicy)}
        )
