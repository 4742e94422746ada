"""Bodies as they come in and answers as they go out; the domain never sees these types.

Bodies are strict: no unknown field, no conversion of one type into another, every text and list
with a limit. `to_domain` methods raise domain errors with a pointer to what is refused.
"""
