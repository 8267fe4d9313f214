"""What became of units and members through the years."""
