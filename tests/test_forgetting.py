"""Old rows are deleted by themselves, and once a day is enough for that."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from organisations.models import User


def sign_up(name):
    """An account whose address nobody has proved for more than a week."""
    user = User.objects.create_user(f"{name}@example.org")
    user.emailaddress_set.create(email=user.email, verified=False, primary=True)
    long_ago = timezone.now() - timedelta(days=8)
    User.objects.filter(pk=user.pk).update(date_joined=long_ago)


@pytest.mark.django_db
def test_the_first_tick_of_a_day_forgets_what_is_over(time_machine):
    time_machine.move_to(timezone.now().replace(hour=12))
    sign_up("maya")
    call_command("tick")
    assert not User.objects.exists()

    sign_up("nia")
    call_command("tick")
    assert User.objects.exists()

    time_machine.move_to(timezone.now() + timedelta(days=1))
    call_command("tick")
    assert not User.objects.exists()
