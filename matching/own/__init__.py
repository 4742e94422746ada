"""Models of a bureau's own data: fitted on labelled pairs, measured on people held apart."""
