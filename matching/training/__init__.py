"""Fitting the model, offline and deterministic: the same people give the same digest.

`inputs` the data for training · `stranger_counts` cosines of different people, counted ·
`biometric_fit` · `demographic_fit` (Splink, the optional extra `train`) · `word_fit` words of
names · `calibration_fit` maps and thresholds · `train` all of it, written as model files.
"""
