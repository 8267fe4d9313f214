"""Members of a zone in the text of a document."""
