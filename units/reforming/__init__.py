"""Reforms: entered and checked (`entering`, `checking`), read as a plan of what they change
(`plan`, `preview`), led over the table of steps (`workflow`), carried out and taken back in
set-based SQL (`carrying`, `undoing`, `statements`)."""
