"""Parts of a programme's page beside its zones."""
