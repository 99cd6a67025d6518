"""Our changes to allauth: its notices go through the outbox, its codes are sent at once."""

import logging
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organisations.accepting import CHOSEN, JOINING, finish_joining
from organisations.letters import NOTICES
from organisations.models import User
from organisations.outbox import write_letter

log = logging.getLogger(__name__)

# Codes are sent outside the request: the time that a page takes, and a mail server that fails, must
# not tell who has an account. A process that ends waits for the codes that are being sent.
codes = ThreadPoolExecutor(max_workers=4, thread_name_prefix="codes")


def post(message: EmailMessage) -> None:
    try:
        message.send()
    except (SMTPException, OSError) as error:
        log.warning("A code could not be sent: %s", type(error).__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. Check both, or leave the "
            "password empty to get a code"
        ),
        "enter_current_password": _("This is not the password you have now"),
        "incorrect_code": _("This code is not right. Check it, or ask for a new one"),
        "incorrect_password": _("This is not your password"),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again"),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again"),
        "same_as_current": _("This is the address you have already"),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        kind = template_prefix.rpartition("/")[2]
        if kind in NOTICES:
            write_letter(kind, to=email, recipient=context.get("user"))
            if kind == "email_changed":
                self.stay_signed_in_here()
            return
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        if settings.POST_CODES_IN_BACKGROUND:
            codes.submit(post, message)
        else:
            post(message)

    def stay_signed_in_here(self) -> None:
        """Keep this session, in which the new address was proved. All others end."""
        self.request.user.refresh_from_db(fields=["email"])
        update_session_auth_hash(self.request, self.request.user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """False for people without a password: `signed_in_lately` asks them in its own way."""
        if not self.request.user.has_usable_password():
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and store the password and name that were chosen in this browser at sign-up.

        If the browser was accepting an invitation, the person joins the organisation now.
        """
        request.has_joined = False  # type: ignore[attr-defined]  # a mark of ours
        chosen = request.session.pop(CHOSEN, None)
        joining = request.session.pop(JOINING, None)
        if chosen and chosen["user"] == user.pk:
            user.password, user.name = chosen["password"], chosen["name"]
            user.save(update_fields=["password", "name"])
        super().login(request, user)
        if joining:
            finish_joining(request, joining, user)
