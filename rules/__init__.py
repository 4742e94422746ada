"""Law that can be computed: versioned rules as data, and pure functions of dates on them.

Each rule has an identifier with a version, the provision that it states and the days on which it
applies, so that an answer for any past day can be computed again.
"""
