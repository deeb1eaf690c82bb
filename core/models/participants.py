"""Who took part in a thing: nobody judges what they worked on."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class HasParticipants(models.Model):
    """Keeps everybody who ever worked on it for its unit, also whose work was overwritten or
    removed: none of them verifies it."""

    taken_part = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("took part"))

    class Meta:
        abstract = True

    def note_part(self, user: Any) -> None:
        """Remember, unsaved, that `user` worked on it for the unit."""
        if not self.took_part(user):
            self.taken_part.append(user.pk)

    def took_part(self, user: Any) -> bool:
        """Whether `user` ever worked on it (no query)."""
        return user.pk in self.taken_part
