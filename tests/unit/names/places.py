"""Region words of the tests: GB/T 2260 and the simulated city."""

from functools import cache
from pathlib import Path

from infra.places import place_names
from infra.rules import load_regions
from risk_model.names.places import PlaceNames

_REGIONS = Path(__file__).parents[3] / "infra" / "regions"


@cache
def places() -> PlaceNames:
    """All region words; read once."""
    return place_names(load_regions(_REGIONS))
