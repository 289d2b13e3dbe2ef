"""The model card, Chinese first: what a model is, what it was trained on, how good it is, and what it must not be used for."""

from risk_model.scoring.card.content import CardSubject, card_blocks
from risk_model.scoring.card.html import as_html
from risk_model.scoring.card.markdown import as_markdown
from risk_model.scoring.manifest import Manifest

__all__ = ["CardSubject", "as_html", "as_markdown", "card_blocks", "model_card", "model_card_html"]


def model_card(manifest: Manifest) -> str:
    """Markdown card of an artifact, from its manifest alone."""
    return as_markdown(card_blocks(CardSubject(manifest)))


def model_card_html(subject: CardSubject) -> str:
    """One HTML page that needs nothing else: styles and figures are in it."""
    return as_html(f"风险模型卡 {subject.manifest.version}", card_blocks(subject))
