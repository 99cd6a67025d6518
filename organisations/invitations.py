"""The link of an invitation: signed over its key and nonce, so that resending ends the old one."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from organisations.models import Invitation

# Which way a link came is part of its signature. One that came by letter proves the address; one
# that was copied from a page by somebody else does not.
BY_LETTER = signing.Signer(salt="organisations.invitation.by_letter", sep=".")
COPIED = signing.Signer(salt="organisations.invitation.copied", sep=".")


def token_of(invitation: Invitation, *, by_letter: bool) -> str:
    signer = BY_LETTER if by_letter else COPIED
    return signer.sign_object([invitation.pk, invitation.nonce])


def link_to(invitation: Invitation, *, by_letter: bool) -> str:
    """The whole address at which somebody accepts."""
    path = reverse("invitations:accept", args=[token_of(invitation, by_letter=by_letter)])
    return settings.SITE_URL + path


def read_invitation_token(token: str) -> tuple[Invitation | None, bool]:
    """The invitation that a link is for, in whatever state, and whether the link came by letter.

    None for a link that nobody signed, and for one that a later letter replaced.
    """
    for signer, by_letter in ((BY_LETTER, True), (COPIED, False)):
        try:
            pk, nonce = signer.unsign_object(token)
        except (signing.BadSignature, ValueError, TypeError):
            continue
        found = Invitation.objects.select_related("organisation", "invited_by")
        return found.filter(pk=pk, nonce=nonce).first(), by_letter
    return None, False
