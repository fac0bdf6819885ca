"""The public page and badge: what customers may expect, and how fast we really were."""
