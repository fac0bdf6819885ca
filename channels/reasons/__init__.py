"""Why a platform refused something, in words; one module for each platform's codes."""

from channels.reasons.words import LONGEST, loss_in_words, refused, sentence

__all__ = ["LONGEST", "loss_in_words", "refused", "sentence"]
