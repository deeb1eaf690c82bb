"""Requests of people about what is kept of them: entered, accepted, answered, carried out."""
