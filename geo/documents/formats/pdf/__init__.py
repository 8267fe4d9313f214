"""Text of a PDF file."""
