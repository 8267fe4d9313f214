"""Middleware and start-up of the server."""
