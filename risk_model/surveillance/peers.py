"""Series and their peers: the level of a region, the kind of a measure, the group both make."""

Key = tuple[str, str]  # region key, measure

LEVELS = ("county", "township", "community")
DEPTHS = ("category", "class", "subclass")


def level_of(region: str) -> str:
    """Level of a region key: ``township/community``, township (9 digits) or county (6 digits)."""
    return "community" if "/" in region else "township" if len(region) > 6 else "county"


def depth_of(measure: str) -> str:
    """Kind of a measure: category, class (``subject:A``) or subclass (``subject:A/B``)."""
    return "category" if measure.startswith("category:") else "subclass" if "/" in measure else "class"


def root_of(measure: str) -> str:
    """The measure whose days a measure shares: itself, or the class of a subclass."""
    return measure.partition("/")[0] if depth_of(measure) == "subclass" else measure


def group_of(region: str, measure: str) -> str:
    """Group of peers of a series."""
    return f"{level_of(region)}.{depth_of(measure)}"
