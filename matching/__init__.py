"""Evidence in bits: comparators, calibration and fusion. No other package imports scikit-learn."""
