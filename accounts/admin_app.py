"""Django's administration as an app, with our site in place of its own."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """The apps register with accounts.admin_site.PortalAdminSite."""

    default_site = "accounts.admin_site.PortalAdminSite"
