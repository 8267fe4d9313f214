"""Parts of the page for a user's own list."""
