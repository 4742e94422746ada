"""The HTTP edge: parse, call one use case, answer; nothing is decided here.

In a room, `x` holds the endpoints of a subject with their bodies and answers; where these are
many or shared, they stand in `x_schemas`.
"""
