"""The link of an invitation: signed over its key and nonce, so that resending ends the old one."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from organisations.models import Invitation

# The way in which a link was sent is part of its signature. A link in a letter proves that its
# reader has the address. A link that somebody copied from a page proves nothing.
BY_LETTER = signing.Signer(salt="organisations.invitation.by_letter", sep=".")
COPIED = signing.Signer(salt="organisations.invitation.copied", sep=".")


def token_of(invitation: Invitation, *, by_letter: bool) -> str:
    signer = BY_LETTER if by_letter else COPIED
    return signer.sign_object([invitation.pk, invitation.nonce])


def link_to(invitation: Invitation, *, by_letter: bool) -> str:
    """The absolute URL at which somebody accepts the invitation."""
    path = reverse("invitations:accept", args=[token_of(invitation, by_letter=by_letter)])
    return settings.SITE_URL + path


def read_invitation_token(token: str) -> tuple[Invitation | None, bool]:
    """The invitation of a link, in any state, and True if the link was sent by letter.

    None for a link that we did not sign, and for one that a later letter replaced.
    """
    for signer, by_letter in ((BY_LETTER, True), (COPIED, False)):
        try:
            pk, nonce = signer.unsign_object(token)
        except (signing.BadSignature, ValueError, TypeError):
            continue
        invitations = Invitation.objects.select_related("organisation", "invited_by")
        return invitations.filter(pk=pk, nonce=nonce).first(), by_letter
    return None, False
