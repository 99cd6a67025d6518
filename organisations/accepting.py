"""The way from an invitation's link to a membership, for people with and without an account.

A link that was sent by letter proves the address. People without an account get one. People with
an account sign in first, by a code that is sent to the address, because their words are in it. A
link that was copied from a page proves nothing, so everybody is asked for a code. No page tells
whether an account exists.
"""

from contextlib import suppress

from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume, respond_429
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from organisations.allauth_internals import remember_proof_by_letter, send_sign_in_code
from organisations.invitations import read_invitation_token
from organisations.models import Invitation, Organisation, User
from organisations.services import InvitationGone, accept_invitation

CHOSEN = "chosen_at_signup"  # in the session of the browser that signed up
JOINING = "joining"  # in the session of the browser that pressed “Join”


def join(
    request: HttpRequest, invitation: Invitation, token: str, *, by_letter: bool, name: str
) -> HttpResponseBase:
    """Answer somebody who is signed out and pressed “Join”: sign them in, or ask for a code."""
    # The limit of codes to sign in counts here too, with an account and without.
    if not consume(request, action="request_login_code", key=invitation.email.lower()):
        too_often: HttpResponseBase = respond_429(request)
        return too_often
    user = account_of(invitation.email)
    request.session[JOINING] = token
    if not is_proved(user):
        keep_chosen(request, user, name=name)
    if by_letter and not is_proved(user):
        EmailAddress.objects.filter(user=user, email__iexact=invitation.email).update(verified=True)
        remember_proof_by_letter(request, user, email=invitation.email)
        signed_in: HttpResponseBase = perform_login(
            request, user, redirect_url=request.path, email=invitation.email
        )
        return signed_in
    send_sign_in_code(request, user, email=invitation.email)
    query = urlencode({"next": request.path})
    return redirect(f"{reverse('account_confirm_login_code')}?{query}")


def account_of(email: str) -> User:
    """The account with an address; if there is none, a new one that is empty and not proved.

    An account that nobody proves is deleted after a week, as after signing up.
    """
    account = User.objects.filter(email__iexact=email).first()
    if account is None:
        account = User.objects.filter(emailaddress__email__iexact=email).first()
    if account is not None:
        return account
    try:
        with transaction.atomic():
            user = User.objects.create_user(email)
            EmailAddress.objects.create(user=user, email=email, primary=True)
    except IntegrityError:  # pressed twice
        return User.objects.get(email__iexact=email)
    return user


def is_proved(user: User) -> bool:
    """True once somebody has proved that the account is theirs."""
    proved = EmailAddress.objects.filter(user=user, verified=True)
    return bool(user.last_login or proved.exists())


def keep_chosen(request: HttpRequest, user: User, *, name: str) -> None:
    """Keep a chosen name and password in the session until the new account is proved."""
    if name:
        request.session[CHOSEN] = {"user": user.pk, "password": user.password, "name": name}


def finish_joining(request: HttpRequest, token: str, user: User) -> None:
    """Accept the invitation that somebody pressed “Join” for before they signed in."""
    invitation, _by_letter = read_invitation_token(token)
    if invitation is None:
        return
    with suppress(InvitationGone):
        accept_invitation(invitation, by=user)
        messages.success(request, welcome(invitation.organisation))
        # So that no second message says that they are signed in.
        request.has_joined = True  # type: ignore[attr-defined]  # a mark of ours


def welcome(organisation: Organisation) -> str:
    return _("Welcome. You are now in %(organisation)s.") % {"organisation": organisation}
