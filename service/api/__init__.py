"""The HTTP edge: each endpoint parses a request, calls one use case and answers.

It decides nothing.

In each package, `x` holds the endpoints of one subject with their bodies and answers. Where the
bodies and answers are many or shared, they are in `x_schemas`.
"""
