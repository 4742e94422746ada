"""The pages of the workbench, one subject a module."""
