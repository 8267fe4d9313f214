"""One reader for each file format of a boundary file, and the layers of a file."""
