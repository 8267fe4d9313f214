"""Text of a DOCX file."""
