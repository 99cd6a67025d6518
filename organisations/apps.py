"""People and organisations, as Django starts them: letters and events register themselves."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        # Each app's events and letters make themselves known.
        autodiscover_modules("events", "letters")
