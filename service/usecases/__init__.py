"""What identlink does, one function a use case, one commit each; no framework in sight.

`services` what they work with · `recording` events · `gallery` the index kept true to the
database · `enrolment` · `searching` and `weighing` · `enquiries` and `names` by details alone ·
`blinding` the order in which examiners see exemplars · `exemplars` which they see · `examination`
· `views` what may be known at each step · `resolution` · `conclusion` agreement to link · `links`
· `evidence` · `outcomes` and `encounters` as forces see them · `history` of a link · `log` ·
`erasure` · `access` tokens · `idempotency`.
"""
