"""The words of each letter, made at the moment it is delivered."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation


def message_for(letter):
    """A letter as an e-mail, in its reader's language and time zone."""
    reader = letter.recipient
    language = reader.language if reader else settings.LANGUAGE_CODE
    zone = reader.zone if reader else timezone.get_default_timezone()
    with translation.override(language), timezone.override(zone):
        context = {
            "letter": letter,
            "language": language,
            "site_url": settings.SITE_URL,
            "sign_in_url": settings.SITE_URL + reverse("account_login"),
            "reset_url": settings.SITE_URL + reverse("account_reset_password"),
        }
        message = EmailMultiAlternatives(
            subject=str(letter),
            body=render_to_string(f"organisations/letters/{letter.kind}.txt", context),
            to=[letter.address],
        )
        message.attach_alternative(
            render_to_string(f"organisations/letters/{letter.kind}.html", context), "text/html"
        )
    return message
