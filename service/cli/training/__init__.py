"""Models: trained on generated people, shown and measured.

- `model`: `identlink model`: train the fitted model, look at it, measure it
- `stranger_samples`: strangers counted against the cohort that each probe is measured by
- `training_data`: people to fit models on, made by the generator from seeds of their own
- `trials`: searches whose answer is known, made by the generator for calibration and evaluation
"""
