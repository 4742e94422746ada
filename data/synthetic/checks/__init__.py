"""The calibration check: what was generated, measured against the published anchors.

`statistics` tails, intervals and correlations · `impostors` and `mates` the templates ·
`people` names, fields and identifiers · `report` the table of measures and targets.
"""
