"""When a conviction becomes spent: Rehabilitation of Offenders Act 1974, England and Wales.

Two readings of "period beginning with" are in use; both are computed, and every answer names its
own (`ends.Reading`). Facts that are missing make an answer unknown: such a conviction is never
spent, and a person decides.
"""
