"""Back record conversion: from the picture of an old record to a searchable record."""
