"""Models: trained, shown, measured, compared and chosen.

- `comparing`: models compared on stored searches, and chosen; the card of a model
- `home_samples`: searches at home, or under another law of templates, as the watch sees them
- `law`: `identlink law`: the watch on the law of prints: its states, and a source set back
- `model`: `identlink model`: train the fitted model, look at it, measure it
- `own_model`: a model fitted on a bureau's own labelled pairs: files with one JSON object a line
- `own_trials`: searches whose answer is known, made of a bureau's own people held apart
- `training_data`: people to fit models on, made by the generator from their own seeds
- `trials`: searches whose answer is known, made by the generator for calibration and evaluation
"""
