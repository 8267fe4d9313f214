"""What a notebook calls: programmes, zones, members, audits, names, panels and overlaps as frames."""
