"""The HTTP edge: parse, call one use case, answer; nothing is decided here.

In a room, `x` holds the endpoints of a subject with their bodies and answers; where these are
many or shared, they stand in `x_schemas`.

- `access`: tokens, clients and OAuth 2.0
- `agencies`: agencies: their agreements, their own requests, and ASNs
- `applications`: applications of the public, carried by the pages that show the forms, and their
  documents
- `authentication`: the caller of a request: a bearer token, a purpose, perhaps another person
- `base`: the parts that all bodies and answers share
- `bodies`: bodies: JSON read strictly and once, after the caller is known
- `body_framing`: no body whose end is a matter of opinion, and none that is waited for without end
- `body_limit`: no body beyond the limit is read, whether its length was announced or not
- `call_spans`: the span of each served call, where traces are wanted
- `certificates`: certificates for people: issued, checked by anybody, and revoked
- `codes`: closed lists of codes that the domain declares, as enumerations of the API
- `conversion`: back record conversion: lots, frames, matches and samples
- `dates`: days and moments as text; one that does not exist is a domain error, not a malformed
  field
- `disclosure`: data restricted instead of erased
- `documentation`: the OpenAPI document: every endpoint with its body, its answers and its problems
- `examination`: the steps of examiners and supervisors
- `exchange`: messages of other States, and the schemas of them
- `incoming`: every request from outside in: an id, one line in the log, one figure, and no way to
  fall out
- `links`: confirmed links and notices of their revocation
- `log`: the log as auditors read it
- `messages`: webhooks
- `metrics`: Prometheus figures: latency by route and by stage of a search, and how the index
  stands
- `misuse`: findings, access patterns and the prints of staff
- `narrowing`: a call is compared with the routes that begin as it does
- `operations`: health, metrics and the pages of problem types
- `parameters`: parameters that several endpoints share
- `people`: captures, merges, and cases on the gallery itself
- `problem_responses`: how errors and outages of every origin become problem documents on the wire
- `problems`: errors as RFC 9457 problem documents; the one place that knows an HTTP status for
  each
- `publication`: released figures, and answers to requests for information
- `refusals`: refusals before a use case is reached, because of the form of the request
- `requests`: requests about people: received, worked, decided, and the disclosures that followed
- `retention`: plans of a purge for supervisors, and retention reviews for case officers
- `searches`: searches, batches, names enquiries, and evidence
- `shapes`: one shape for one value: a body read as the value that it states, an answer read from
  its value
- `state`: the services of the endpoints, hung on the application once
- `teaching`: the OpenAPI document beyond the shape of calls: words, examples, scopes, webhooks
- `trace`: the facts of one request, collected for its line in the log
"""
