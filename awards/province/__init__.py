"""A whole province of invented people, to measure on: `manage.py demo --households N`."""
