"""Models fitted on a bureau's own labelled pairs, and measured on other people.

- `model_card`: the card of a model: the data of its fit, how well it does there, and its limits of
  use
- `own_data`: labelled pairs of a bureau's own: of one person, of two people, and held apart
- `own_fit`: a model fitted on a bureau's own labelled pairs, or the reason why they cannot support
  one
- `own_parameters`: the least of a bureau's own data that supports each part of a model
"""
