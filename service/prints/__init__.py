"""Print data as it travels: finger minutiae records (`iso19794_2`)."""
