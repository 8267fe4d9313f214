"""The printed figure."""
