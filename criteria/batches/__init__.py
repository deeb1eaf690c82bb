"""Recognising many at once: from the list of a place to the decision and its undoing."""
