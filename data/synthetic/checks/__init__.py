"""The calibration check: generated data measured against the published anchors.

`statistics` tails, intervals and correlations · `impostors` and `mates` the templates ·
`people` names, fields and identifiers · `report` the table of measures and targets.
"""
