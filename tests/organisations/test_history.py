"""Whatever changes who may do what is written down, wherever it happens."""

import ast
from pathlib import Path

import pytest
from django.test import Client

from organisations import services
from organisations.models import AuditEvent, Invitation, Letter, Organisation, System, User
from tests.factories import administrator_of, make_invitation, make_member, make_organisation

WRITING = [
    "organisations/services.py",
    "organisations/forgetting.py",
    "organisations/inviting.py",
    "organisations/admin.py",
    "reflections/rounds.py",
    "reflections/forgetting.py",
    "actionplans/services.py",
    "actionplans/raising.py",
    "actionplans/raised.py",
    "actionplans/telling.py",
    "actionplans/calendars.py",
    "actionplans/forgetting.py",
]
CHANGES = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "set",
    "update",
    "update_or_create",
}
RECORDING = {"record_event", "record_events", "set_up_organisation"}
STORY = (".updates.create", "ActionUpdate.objects.bulk_create")  # where it says who moved an action
UNWRITTEN = {
    # These take out of the database what is over, as the settings of an organisation say.
    "forget_old_invitations",
    "forget_old_names",
    "forget_unconfirmed_accounts",
    "forget_old_authors",
    "forget_authors_of",
    "forget_author",
    "forget_who_told",
    "forget_who_did",
    "forget_who_raised",
    "forget_unshared",
    # Nobody learns who takes part in a round, withdraws, shares or takes back: decision 14.
    "withdraw",
    "mark_sharing",
    "share_text",
    "forget_words",
    # What comes of closing a round, which is written down as that.
    "give_back_unfinished",
    "announce_results",
    # A plan without a word in it, made when it is first looked at.
    "personal_plan",
    "plan_of",
    # A copy of a public page, for an hour.
    "telling_document",
    # Whether somebody reads their actions in a calendar is their own business.
    "make_feed",
    "renew_feed",
    "stop_feed",
}
SETS = {"found", "teams", "changed", "added"}  # which are changed too, and are no rows


def calls_in(function):
    return [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]


def changes_rows(function):
    return any(
        isinstance(call, ast.Attribute)
        and call.attr in CHANGES
        and ast.unparse(call).partition(".")[0] not in SETS
        for call in calls_in(function)
    )


def writes_down(function):
    return any(
        isinstance(call, ast.Name)
        and call.id in RECORDING
        or isinstance(call, ast.Attribute)
        and ast.unparse(call).endswith(STORY)
        for call in calls_in(function)
    )


def test_every_function_that_changes_rows_writes_down_who_did_it():  # J1
    changing = [
        node
        for path in WRITING
        for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and changes_rows(node)
    ]

    silent = {node.name for node in changing if not writes_down(node)}

    assert len(changing) >= 40
    assert silent == UNWRITTEN


@pytest.fixture
def operator(db):
    browser = Client()
    browser.force_login(User.objects.create_superuser("operator@example.org"))
    return browser


def kinds():
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_an_operator_creates_an_organisation_and_invites_its_first_administrator(operator):  # J1
    operator.post(
        "/admin/organisations/organisation/add/",
        {"name": "New Trust", "time_zone": "Europe/London", "administrator": "ann@example.org"},
    )

    organisation = Organisation.objects.get()
    invitation = Invitation.objects.get()
    assert (organisation.slug, organisation.memberships.count()) == ("new-trust", 0)
    assert (invitation.email, invitation.role) == ("ann@example.org", "administrator")
    assert kinds() == ["organisation_created", "invited"]
    assert Letter.objects.filter(kind="invitation", address="ann@example.org").exists()


def test_what_an_operator_changes_is_written_down(operator):  # J1
    organisation = make_organisation()
    system = System.objects.create(name="Tamsel", slug="tamsel")
    person = make_member(organisation).user
    AuditEvent.objects.all()._raw_delete(AuditEvent.objects.db)
    admin = "/admin/organisations"

    operator.post(f"{admin}/organisation/{organisation.pk}/change/", {"system": system.pk})
    for action in ("archive", "restore"):
        operator.post(
            f"{admin}/organisation/", {"action": action, "_selected_action": [organisation.pk]}
        )
    operator.post(f"{admin}/user/{person.pk}/change/", {"is_active": "on", "is_staff": "on"})
    operator.post(
        f"{admin}/system/{system.pk}/change/",
        {
            "name": "Tamsel Valley",
            "slug": "tamsel",
            "minimum_group": 5,
            "time_zone": "Europe/London",
            "conveners": person.pk,
        },
    )

    assert kinds() == [
        "system_changed",
        "organisation_archived",
        "organisation_restored",
        "account_changed",
        "system_changed",
        "convener_added",
    ]
    organisation.refresh_from_db()
    assert organisation.system == system


def test_an_operator_deletes_nothing(operator):
    organisation = make_organisation()

    response = operator.post(f"/admin/organisations/organisation/{organisation.pk}/delete/")

    assert response.status_code == 403
    assert Organisation.objects.exists()


def test_what_was_done_holds_no_address_no_link_and_no_contact(db):  # J2
    organisation = make_organisation()
    invitation = make_invitation(organisation, "secret@example.org")
    ada = administrator_of(organisation)
    services.change_settings(organisation, by=ada, safeguarding_contact="SENTINEL contact")

    stored = str(list(AuditEvent.objects.values()))

    for secret in ("secret@example.org", invitation.nonce, "SENTINEL", "Ada Lovelace"):
        assert secret not in stored


def test_those_who_run_an_organisation_read_its_history_and_no_other(client, db):  # J4
    organisation, elsewhere = make_organisation(), make_organisation("Elsewhere")
    make_invitation(elsewhere, "sentinel@example.org")
    client.force_login(administrator_of(organisation))

    page = client.get(f"/organisations/{organisation.slug}/history/")

    assert "Ada Lovelace created Tamsel Valley Trust." in page.text
    assert "sentinel" not in page.text
    assert client.get(f"/organisations/{elsewhere.slug}/history/").status_code == 404
