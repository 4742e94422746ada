"""The HTTP edge: each endpoint parses a request, calls one use case and answers.

It decides nothing.

A room is a package, or one module while it has one subject. In a package, `x` holds the endpoints
of one subject with their bodies and answers; many or shared ones are in `x_schemas`.
"""
