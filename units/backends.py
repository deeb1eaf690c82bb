"""Capabilities as Django permissions: `user.has_perm("assessment.review")`."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts import second_factor
from units import scope


class AppointmentBackend(BaseBackend):
    """Answers from the appointments of today; signs nobody in."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        held = scope.of(user_obj)
        if perm == second_factor.PERMISSION:
            return any(grant.role.second_factor for grant in held.grants)
        return held.has(perm)
