"""Indicators by place and year: reading tables of figures, and evaluating places by several indicators."""
