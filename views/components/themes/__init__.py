"""Parts of the page of themes."""
