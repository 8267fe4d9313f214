"""The programmes of the catalogue: records, loader and validation."""
