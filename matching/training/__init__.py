"""Fit the model, offline and deterministically: the same people give the same digest.

`inputs` the data for training · `stranger_counts` counts of the cosines of different people ·
`biometric_fit` · `demographic_fit` (Splink, the optional extra `train`) · `word_fit` words of
names · `calibration_fit` maps and thresholds · `train` all of it, written as model files.
"""
