"""When a conviction becomes spent: Rehabilitation of Offenders Act 1974, England and Wales.

Two readings of "period beginning with" are in use; both are computed, and every answer names its
own (`ends.Reading`). Facts that are missing make an answer unknown: such a conviction is never
spent, and a person decides.

- `ends`: when a period ends, if it does.
- `facts`: the facts of a conviction that the Act asks for.
- `filtering`: matters that standard and enhanced checks do not disclose.
- `periods`: the period of one sentence.
- `record`: the convictions of a person together, and the effect of a later one on earlier ones.
- `rule_sets`: the tables of the Act, each with the days on which it applies.
"""
