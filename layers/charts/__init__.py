"""Charts and small maps."""
