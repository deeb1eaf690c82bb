"""Registrations (đăng ký thi đua): who registers for what, how it moves, and what it adds up to."""
