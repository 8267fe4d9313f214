"""Parts of the page of indicators."""
