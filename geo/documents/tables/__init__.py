"""Tables of a document: one model of a grid with merged cells, and one reader of what its cells say."""
