from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("office tools")

    def ready(self) -> None:
        from core import lookups  # noqa: F401 -- registers them
        from core.documents import checks  # noqa: F401 -- registers the check of the typeface
        from core.grants import grant_to_application
        from core.redacting import create_function
        from core.seals import continue_numbers

        post_migrate.connect(grant_to_application, sender=self)
        post_migrate.connect(create_function, sender=self)
        post_migrate.connect(continue_numbers, sender=self)
