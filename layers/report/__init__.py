"""The audit report and the issue log."""
