"""Periods in templates."""

from django import template

from core import periods

register = template.Library()

register.filter("first_day", periods.first_day)
register.filter("last_day", periods.last_day)
