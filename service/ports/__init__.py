"""The interfaces through which the use cases reach everything outside them."""
