"""Statements of documents, in our words, and the themes that group them across documents."""
