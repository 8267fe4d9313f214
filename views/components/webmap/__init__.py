"""The map on a page and its controls."""
