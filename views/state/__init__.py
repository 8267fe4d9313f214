"""Session state and the address."""
