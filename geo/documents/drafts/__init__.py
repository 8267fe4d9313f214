"""Drafts of programmes: built from a document's text, settled by decisions, written as a folder or an archive."""
