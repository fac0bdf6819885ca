"""Tests of e-mail as a platform."""
