"""The pages of the web face, one module each."""
