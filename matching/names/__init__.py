"""Names in the forms that are compared: match form, words, sound and short forms."""
