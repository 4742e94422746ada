"""Law that can be computed: versioned rules as data, and pure functions of dates on them.

Knows only the domain. Each rule has an identifier with a version, the provision it states and
the days on which it applies, so that an answer of any past day can be computed again.
"""
