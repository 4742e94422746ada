"""The calibration check: generated data measured against published reference figures."""
