"""The catalogue: text files that people read and edit. This package only says where they lie."""
