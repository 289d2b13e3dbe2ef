"""Names of an event's parties: which are masked by form, which as a text, and which are hidden in the texts beside them."""

import re
from collections.abc import Sequence

from risk_model.masking.lists import people_of
from schemas.dispute import Party

_LONG_NUMBER = re.compile(r"[0-9０-９][0-9０-９ \-]{5,}[0-9０-９]")


def hiding(parties: Sequence[Party]) -> tuple[list[bool], list[str]]:
    """How an event's parties are hidden.

    Returns:
        ``(free, people)``: free tells of each party whether its name is masked as a text, because it is a group, persons in a
        list, or a name with a number beside it; people are the names to hide in the event's texts: its parties that
        are persons, and the persons its groups name.
    """
    free: list[bool] = []
    people: list[str] = []
    for party in parties:
        name, kind = party.name, party.kind
        if kind == "person":
            listed = people_of(name) if "、" in name or "等" in name else []
            # only if every one of them is found; else ``mask_name`` leaves nothing but the first character
            is_text = bool(listed) and len(listed) == name.partition("等")[0].count("、") + 1
            if not is_text:
                people.append(name)
            people += listed
        elif kind == "group":
            is_text = True
            people += people_of(name)
        else:
            is_text = is_free(name)
        free.append(is_text)
    return free, people


def is_free(name: str) -> bool:
    """Whether an organisation's or a project's name is masked as a text, because a long number stands in it."""
    return _LONG_NUMBER.search(name) is not None
