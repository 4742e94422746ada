"""Evidence in bits: comparators, calibration, fusion. The only package to import scikit-learn."""
