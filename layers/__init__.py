"""How it is drawn: style and legend, the living map, offline assets."""
