"""Back record conversion: from the picture of an old record to a record that can be searched."""
