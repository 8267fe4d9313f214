"""Read users' boundary files in a sandboxed process and validate the result."""
