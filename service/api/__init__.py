"""The HTTP edge: parse, call one use case, answer; nothing is decided here.

`problems` errors as RFC 9457 documents · `refusals` what HTTP alone can refuse · `schemas` bodies
and answers · `templates` how a template travels · `authentication` who calls and why · `bodies`
strict JSON · `requests` one log line each · `metrics` · `documentation` the OpenAPI document ·
`routes` the endpoints.
"""
