"""Certificates of commendation: how they look, making them, the book of them, checking one."""
