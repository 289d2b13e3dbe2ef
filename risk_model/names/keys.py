"""Keys by which known names are found again: all that a name could mean shares a key with it, and little else does."""

from functools import lru_cache

from risk_model.names.estate_words import GENERIC
from risk_model.names.project_likeness import LEAST_FUZZY, LEAST_INSIDE, base_key, quarters
from schemas.naming import EnterpriseName, ProjectName

BRAND, SHORT, CORE, BASE, TAIL, GAP, TOKEN, ADDRESS = "b:", "s:", "c:", "p:", "t:", "g:", "u:", "a:"
MOST_KEY = 60  # characters
_PREFIXES = range(2, 5)
_TRADE_BEGINS = 2  # characters by which a trade is known even where it is cut


def scope(county: str) -> str:
    """What stands before the keys of a county's book of names."""
    return county + "|"


def token_key(token: str) -> str:
    """Key of an enterprise by the keyed token of its USCC."""
    return TOKEN + token


def enterprise_keys(name: EnterpriseName) -> tuple[str, ...]:
    """Keys under which a known enterprise stands: its brand, its brand with the beginning of its trade and with all of it."""
    brands = {name.brand, name.lead + name.brand} if name.brand else {name.core}
    short = {SHORT + brand + name.trade[:_TRADE_BEGINS] for brand in brands} if name.trade else set[str]()
    former = {kind + core for core in name.former for kind in (CORE, BRAND)}  # 简称 may be the brand alone
    return _unique({BRAND + brand for brand in brands} | {CORE + core for core in name.cores} | short | former)


@lru_cache(maxsize=8_192)  # enterprises come again and again
def enterprise_lookups(name: EnterpriseName) -> tuple[str, ...]:
    """Keys to look a name up by: also the beginnings of one whose trade is cut (鑫建福商品)."""
    keys = set(enterprise_keys(name))
    if not name.trade:
        keys |= {BRAND + name.brand[:size] for size in _PREFIXES if size < len(name.brand)}
    return _unique(keys)


def project_keys(name: ProjectName) -> tuple[str, ...]:
    """Keys of a known project: each of its names, what its name ends with, and its name with one character left out."""
    bases = {base_key(base) for base in name.bases}
    keys = {BASE + base for base in bases}
    keys |= {BASE + base for base in name.bases if "号" in base}  # as earlier releases wrote them
    for base in bases:
        tails = (base[start:] for start in range(1, 5) if len(base) - start >= LEAST_INSIDE)
        keys |= {TAIL + tail for tail in tails if tail not in GENERIC}  # 壹号院 is the end of half the estates
        keys |= {TAIL + base[:-size] for size in (1, 2) if len(base) - size >= LEAST_INSIDE}
        keys |= {TAIL + whole for whole in quarters(base)}
        keys |= _gaps(base)
    return _unique(keys)


@lru_cache(maxsize=4_096)
def project_lookups(name: ProjectName) -> tuple[str, ...]:
    """Keys to look a project up by: each key finds names longer, shorter or one character away."""
    bases = {base_key(base) for base in name.bases}
    keys = set(project_keys(name))
    keys |= {TAIL + base for base in bases}
    keys |= {BASE + key.removeprefix(TAIL) for key in keys if key.startswith(TAIL)}
    return _unique(keys)


def _gaps(base: str) -> set[str]:
    """The base with each one of its characters left out (symmetric deletion: two that differ in one character share one)."""
    if not LEAST_FUZZY <= len(base) <= 10:
        return set()
    return {GAP + base[:at] + base[at + 1 :] for at in range(len(base))}


def _unique(keys: set[str]) -> tuple[str, ...]:
    return tuple(sorted(key[:MOST_KEY] for key in keys if len(key) > 2))
