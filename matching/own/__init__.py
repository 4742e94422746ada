"""Models of a bureau's own data, fitted on labelled pairs and tested on people kept separate."""
