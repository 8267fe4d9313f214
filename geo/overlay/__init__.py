"""Find where two layers of polygons contradict each other, and say whether a conflict is real or a drafting sliver."""
