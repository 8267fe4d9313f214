"""The command line: ``pilotzones COMMAND``."""
