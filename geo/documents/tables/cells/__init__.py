"""What a cell of a table says."""
