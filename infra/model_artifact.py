"""What a model artifact is made of, wherever it is kept, and the one error of artifacts that may not be used."""

from typing import NamedTuple

MODEL_FILE, MANIFEST_FILE, SIGNATURE_FILE = "model.skops", "manifest.json", "signature"
REFERENCE_FILE, CARD_FILE = "reference.json", "card.md"
"""Files of an artifact folder: three a model is loaded from, the profile of its training data, and what people read."""


class Artifact(NamedTuple):
    """The three files a model is loaded from, as bytes; and the profile of its training data, which nothing is judged by."""

    manifest: bytes
    model: bytes
    signature: bytes
    reference: bytes | None = None


class ModelRefused(RuntimeError):
    """An artifact cannot be used; the message says why and what to do.

    Attributes:
        code: stable reason: missing, unsigned, signature, key, manifest, format, library, hash, feature, type, content, serving.
    """

    for_operator = True

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
