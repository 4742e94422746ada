"""When a conviction becomes spent: Rehabilitation of Offenders Act 1974, England and Wales.

Two readings of "period beginning with" are in use. Both can be computed, and every answer names
the reading that it uses (`ends.Reading`). A missing fact makes an answer unknown: such a
conviction is never treated as spent, and a person must decide.
"""
