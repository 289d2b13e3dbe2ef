"""A small stochastic grammar: sentences with alternatives ``[a|b|]`` and facts ``{x}``, compiled once, expanded many times."""

from collections.abc import Callable, Mapping


class Slot:
    """A fact to fill in by name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Choice:
    """One of several sequences, each as likely."""

    __slots__ = ("count", "options")

    def __init__(self, options: "list[tuple[str | Choice | Slot, ...]]") -> None:
        self.options = options
        self.count = len(options)


Sentence = tuple["str | Choice | Slot", ...]


def parse(source: str) -> Sentence:
    """Sentence of a template.

    Raises:
        ValueError: unbalanced brackets or braces.
    """
    parts, end = _sequence(source, 0, inside=False)
    if end != len(source):
        raise ValueError(f"unbalanced ] or | at {end} in {source!r}")
    return parts


def _sequence(source: str, at: int, *, inside: bool) -> tuple[Sentence, int]:
    parts: list[str | Choice | Slot] = []
    literal = ""
    while at < len(source):
        char = source[at]
        if char == "]" or (char == "|" and inside):
            break
        if char in "[{":
            if literal:
                parts.append(literal)
                literal = ""
            part, at = _choice(source, at + 1) if char == "[" else _slot(source, at + 1)
            parts.append(part)
        else:
            literal += char
            at += 1
    if literal:
        parts.append(literal)
    return tuple(parts), at


def _slot(source: str, at: int) -> tuple[Slot, int]:
    end = source.find("}", at)
    if end < 0:
        raise ValueError(f"no closing brace after {at} in {source!r}")
    return Slot(source[at:end]), end + 1


def _choice(source: str, at: int) -> tuple[Choice, int]:
    options: list[Sentence] = []
    while True:
        option, at = _sequence(source, at, inside=True)
        options.append(option)
        if at >= len(source):
            raise ValueError(f"no closing bracket in {source!r}")
        at += 1
        if source[at - 1] == "]":
            return Choice(options), at


def expand(sentence: Sentence, facts: Mapping[str, str], random: Callable[[], float], out: list[str]) -> None:
    """Append one expansion of the sentence to ``out``; ``random`` gives numbers in [0, 1)."""
    for part in sentence:
        kind = type(part)
        if kind is str:
            out.append(part)  # type: ignore[arg-type]
        elif kind is Choice:
            expand(part.options[int(random() * part.count)], facts, random, out)  # type: ignore[union-attr]
        else:
            out.append(facts[part.name])  # type: ignore[union-attr]


def slots(sentence: Sentence) -> set[str]:
    """Names of all facts a sentence may ask for."""
    found: set[str] = set()
    for part in sentence:
        if isinstance(part, Slot):
            found.add(part.name)
        elif isinstance(part, Choice):
            for option in part.options:
                found |= slots(option)
    return found
