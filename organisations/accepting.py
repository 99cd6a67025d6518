"""From the link of an invitation to a membership, for people with an account and without.

A link that came by letter proves the address: whoever has no account yet gets one. Whoever has one
signs in to it first, by a code to the address, because what they wrote is there. A link that was
copied from a page proves nothing, so it asks everybody for a code. None of the pages tells whether
there is an account.
"""

from contextlib import suppress

from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume, respond_429
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from organisations.allauth_internals import remember_proof_by_letter, send_sign_in_code
from organisations.invitations import read_invitation_token
from organisations.models import User
from organisations.services import InvitationGone, accept_invitation

CHOSEN = "chosen_at_signup"  # in the session of the browser that signed up
JOINING = "joining"  # in the session of the browser that pressed “Join”


def join(request, invitation, token, *, by_letter, name):
    """Take somebody who is signed out, and pressed “Join”, towards their membership."""
    # Not more often than codes to sign in: a new account makes no difference to the limit.
    if not consume(request, action="request_login_code", key=invitation.email.lower()):
        return respond_429(request)
    user = account_of(invitation.email)
    request.session[JOINING] = token
    if not is_proved(user):
        keep_chosen(request, user, name=name)
    if by_letter and not is_proved(user):
        EmailAddress.objects.filter(user=user, email__iexact=invitation.email).update(verified=True)
        remember_proof_by_letter(request, user, email=invitation.email)
        return perform_login(request, user, redirect_url=request.path, email=invitation.email)
    send_sign_in_code(request, user, email=invitation.email)
    query = urlencode({"next": request.path})
    return redirect(f"{reverse('account_confirm_login_code')}?{query}")


def account_of(email):
    """The account with an address; a new one, empty and not proved, if there is none.

    An account that nobody proves is forgotten after a week, as if somebody had signed up.
    """
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        found = User.objects.filter(emailaddress__email__iexact=email).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            user = User.objects.create_user(email)
            EmailAddress.objects.create(user=user, email=email, primary=True)
    except IntegrityError:  # pressed twice
        return User.objects.get(email__iexact=email)
    return user


def is_proved(user):
    """Whether anybody ever showed that an account is theirs."""
    return bool(user.last_login) or user.emailaddress_set.filter(verified=True).exists()


def keep_chosen(request, user, *, name):
    """What somebody new chose, to be in their account once its address is proved."""
    if name:
        request.session[CHOSEN] = {"user": user.pk, "password": user.password, "name": name}


def finish_joining(request, token, user):
    """Accept the invitation that somebody pressed “Join” for before they signed in."""
    invitation, _by_letter = read_invitation_token(token)
    if invitation is None:
        return
    with suppress(InvitationGone):
        accept_invitation(invitation, by=user)
        messages.success(request, welcome(invitation.organisation))
        request.has_joined = True  # that they are signed in goes without saying


def welcome(organisation):
    return _("Welcome. You are now in %(organisation)s.") % {"organisation": organisation}
