"""Colours, classes and style rules."""
