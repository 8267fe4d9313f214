"""Cells and lines that hold one place each: names, addresses."""
