"""The calibration check: generated data measured against published reference figures.

`statistics` tails, intervals and correlations · `templates` impostors and mates · `people` names,
fields and identifiers · `report` the table of measures and targets.
"""
