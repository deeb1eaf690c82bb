"""Decisions on commendation: drafted, checked, signed, numbered, issued, published, revoked."""
