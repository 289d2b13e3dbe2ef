"""Playbooks against the words of coercive measures: what the machine drafts has none of them."""

from collections.abc import Iterable, Sequence

from risk_model.plans.coercion import coercive_word
from risk_model.plans.playbooks import Playbook
from risk_model.policy import PolicyError


def check_playbooks(playbooks: Iterable[Playbook], words: Sequence[str]) -> None:
    """Check that no measure says anything coercive.

    Raises:
        PolicyError: one does; names its place and the word.
    """
    for book in playbooks:
        for number, measure in enumerate(book.measures):
            word = coercive_word(measure.text, words)
            if word is not None:
                raise PolicyError(
                    f"playbook {book.id}.measures[{number}].text: 含强制措施用语“{word}”，预案不得拟定强制措施 / "
                    f"{word!r} is coercive: playbooks draft no coercive measure"
                )
