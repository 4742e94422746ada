"""Constants for convictions and for personal particulars on record, with unit and source.

"By hand" marks a choice without a published source. Courts, their codes and all sums are invented.
"""

DUAL_NATIONAL_SHARE = 0.03
"""Share of people with a record who hold another nationality besides the one they stated. Set by
hand: one third of the yearly volume for which the exchange of convictions is designed.
"""

SECOND_NATIONALITIES = ("POL", "IRL", "ROU", "PRT", "ITA", "DEU", "FRA", "LTU", "ESP", "NLD")
"""Second nationalities of dual nationals who stated the home country. They are member States, all
equally likely. Set by hand.
"""

LOST_NATIONALITY_SHARE = 0.1
"""Share of second nationalities that are no longer held. Set by hand."""

PARENTS_SHARE = 0.4
"""Share of records that name the mother. The father is named with the same share. Set by hand."""

PASSPORT_SHARE = 0.25
"""Share of records with the number of a passport. Set by hand."""

UNSTRUCTURED_SHARE = 0.06
"""Share of convictions whose sentence is known only in words, as in old records. By hand."""

COMPENSATION_SHARE = 0.08
"""Share of convictions with compensation in addition to the sentence. Set by hand."""

CHANGED_SHARE = 0.015
"""Share of convictions that a later decision changes. Set by hand: about the share of appeals."""

QUASHED_SHARE = 0.3
"""Share of later decisions that delete the conviction. Set by hand."""

FOREIGN_SHARE = 0.12
"""Share of people of foreign or second nationality with a conviction in that State. By hand."""

PROCEEDINGS_ONLY_SHARE = 0.2
"""Share of foreign convictions that may only be used in criminal proceedings. Set by hand."""

NOT_KNOWN_TRANSMITTABLE_SHARE = 0.05
"""Share of foreign convictions whose State did not say if they may be passed on. By hand."""

COURTS = (
    ("Leeds Magistrates' Court", "X001"),
    ("Birmingham Magistrates' Court", "X002"),
    ("Westminster Magistrates' Court", "X003"),
    ("Manchester and Salford Magistrates' Court", "X004"),
    ("Crown Court at Leeds", "X101"),
    ("Crown Court at Southwark", "X102"),
)
"""Names like those of real courts; the codes are invented."""
