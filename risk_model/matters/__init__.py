"""Matters (一事一档): their claims, levels, merging, settling and visits."""
