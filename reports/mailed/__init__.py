"""Figures by mail: every week or month, to a colleague, once for each period."""
