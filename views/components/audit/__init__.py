"""Tables and details of the audit page."""
