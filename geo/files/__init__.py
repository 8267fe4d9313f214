"""Reading and writing files: tables, atomic writes, the disk cache, checksums."""
