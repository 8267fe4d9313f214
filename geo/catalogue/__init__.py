"""The programmes of the catalogue: records, loader and validation."""

from typing import Final

__all__ = ["DEFAULT_PROGRAMME"]

DEFAULT_PROGRAMME: Final = "urban_rural_integration_2019"
