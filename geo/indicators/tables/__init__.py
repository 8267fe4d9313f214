"""Tables of figures as people have them, read into observations."""
