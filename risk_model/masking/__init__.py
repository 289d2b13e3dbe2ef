"""Personal data in Chinese free text, masked before anything leaves ASSESS (court publication rules, domain.md §7)."""

from risk_model.masking.masker import Masker
from risk_model.masking.names import mask_name

__all__ = ["Masker", "mask_name"]
