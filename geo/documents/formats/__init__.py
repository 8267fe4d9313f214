"""Text of one file of each format, read inside the worker process."""
