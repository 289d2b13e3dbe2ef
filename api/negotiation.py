"""Content negotiation: which of the media types we can give does an Accept header prefer?"""

JSON = "application/json"
MARKDOWN = "text/markdown"


def preferred(accept: str, offered: tuple[str, ...]) -> str:
    """The offered type with the highest quality; the first one among equals, and when none is named."""
    weights = [_weight(accept, media) for media in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else offered[0]


def _weight(accept: str, media: str) -> float:
    """Quality of a media type by the most specific range that holds it, 0 when none does (RFC 9110 §12.5.1)."""
    found = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            found[name] = float(quality)
        except ValueError:
            found[name] = 0.0
    for name in (media, media.partition("/")[0] + "/*", "*/*"):
        if name in found:
            return found[name]
    return 0.0
