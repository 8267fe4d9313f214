"""The map in one file and the static site."""
