"""Two functions of allauth that are not part of its public interface.

No other module imports from `allauth.account.internal`. They may move with any release, so
`pyproject.toml` allows one series of releases only; tests/pages/invitations/test_joining.py says
what to do when the next one is taken.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import HttpRequest

from organisations.models import User


def remember_proof_by_letter(request: HttpRequest, user: User, *, email: str) -> None:
    """Record a sign-in: the link in a letter proved the address, as a code does.

    Without it, pages that ask for a recent sign-in would ask somebody who came a minute ago.
    """
    record_authentication(request, user, method="code", email=email)


def send_sign_in_code(request: HttpRequest, user: User, *, email: str) -> None:
    """Send a code to an address; this browser can sign in with it on allauth's page."""
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=email)
