"""Parts that show one zone, or the list of zones."""
