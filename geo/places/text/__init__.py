"""Text of a list: normalization, tokens, mentions and enumerations."""
