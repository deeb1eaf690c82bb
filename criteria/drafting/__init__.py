"""Drafting new versions of criteria sets: writing, checking, comparing, publishing."""
