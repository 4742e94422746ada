"""The one place of all wiring: settings in, working services out."""
