"""Filters, search and questions about places."""
