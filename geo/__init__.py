"""What is true: the catalogue, the boundaries, their join, areas, the audit and the layers as data.

Nothing in this package draws or knows an interface.
"""
