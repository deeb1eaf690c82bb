"""Proposing subjects for forms of commendation: who qualifies, what is written, what is checked."""
