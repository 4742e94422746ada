"""Evidence in bits: comparators, calibration, fusion. Only here is scikit-learn imported."""
