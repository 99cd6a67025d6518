"""Every change to what people may do is written down, wherever it happens."""

import ast
from pathlib import Path

import pytest
from django.test import Client

import actionplans.events
import organisations.events
import reflections.events
from organisations import services
from organisations.history import EVENTS, UnknownEvent, changed_field, event, record_event
from organisations.models import AuditEvent, Invitation, Letter, Organisation, System, User
from tests.factories import administrator_of, make_invitation, make_member, make_organisation

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
    "withdraw_participation",
    "mark_sharing",
    "share_text",
    "forget_words",
    # What comes of closing a round, which is written down as that.
    "give_back_unfinished",
    "announce_results",
    # A plan without a word in it, made when it is first looked at.
    "personal_plan",
    "plan_of",
    # Whether somebody reads their actions in a calendar is their own business.
    "make_feed",
    "renew_feed",
    "stop_feed",
    # So are their account, which letters they want, and how they read the questions.
    "UserManager.create_user",
    "AccountAdapter.login",
    "account_of",
    "join",
    "choose_letter",
    "choose_letters",
    "choose_reading",
    # What somebody answers, and when, is nobody else's to read.
    "AnswerSheet._writer",
    "AnswerSheet._barrier_writer",
    "AnswerSheet._name_barrier",
    "make_participation",
    "finish_level",
    "date_levels",
    "finish_participation",
    "discard_participation",
    # The questions of a version, published by `prepare`: the same for everybody.
    "publish_question_set",
    # A letter is a row beside the change that causes it, and that is written down.
    "write_letters",
    "LetterQuerySet.claim",
    "forget_old_letters",
    # These write down, or refuse to change what is written down.
    "record_event",
    "record_events",
    "AuditEvent.save",
    "AuditEventQuerySet.update",
}
SETS = {
    "teams",
    "teams_by_address",
    "changed",
    "added",
    "twin",
}  # which are changed too, and are no rows


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


def domain_modules():
    return [
        path
        for app in ("organisations", "reflections", "actionplans")
        for path in sorted(Path(app).rglob("*.py"))
        if path.parent.name != "migrations"
    ]


def functions_of(module):
    """Each function of a module, and each method as `Class.method`, with what is nested in it."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{name}", each) for name, each in functions_of(node))


def test_every_function_that_changes_rows_writes_down_who_did_it():  # J1
    changing = {
        name: function
        for path in domain_modules()
        for name, function in functions_of(ast.parse(path.read_text(encoding="utf-8")))
        if changes_rows(function)
    }

    silent = {name for name, function in changing.items() if not writes_down(function)}

    assert len(changing) >= 60
    assert silent == UNWRITTEN


def test_only_the_history_makes_an_event_so_that_none_is_of_an_unknown_kind():
    makers = [
        path.as_posix()
        for package in ("organisations", "reflections", "actionplans", "onestepback")
        for path in sorted(Path(package).rglob("*.py"))
        for call in calls_in(ast.parse(path.read_text(encoding="utf-8")))
        if ast.unparse(call) in ("AuditEvent", "AuditEvent.objects.create")
    ]

    assert makers == ["organisations/history.py"]


def test_nothing_is_written_down_that_nobody_could_read(db):
    ada = administrator_of(make_organisation())

    with pytest.raises(UnknownEvent):
        record_event("round_forgotten", by=ada)

    assert not AuditEvent.objects.filter(kind="round_forgotten").exists()


def test_an_event_and_the_label_of_a_field_are_registered_once():
    with pytest.raises(ValueError, match="two events"):
        event("joined", says="%(subject)s joined.")
    with pytest.raises(ValueError, match="two labels"):
        changed_field("role", label="Role")


def test_the_kinds_that_are_stored_are_those_that_always_were():
    kinds = "organisation_created settings_changed organisation_archived organisation_restored"
    kinds += " team_added team_changed team_archived team_restored invited invitation_changed"
    kinds += " invitation_resent invitation_cancelled joined role_changed team_joined"
    kinds += " team_role_changed team_left membership_ended people_downloaded system_changed"
    kinds += " convener_added convener_removed account_changed round_planned round_changed"
    kinds += " round_cancelled round_opened round_extended round_reminded round_closed"
    kinds += " text_taken_out results_downloaded vision_changed plan_downloaded escalation_raised"
    kinds += " escalation_withdrawn escalation_answered escalation_followed telling_shown"
    kinds += " telling_hidden telling_published telling_taken_back"

    assert set(kinds.split()) <= set(EVENTS)
    assert max(map(len, EVENTS)) <= AuditEvent._meta.get_field("kind").max_length


def test_each_app_registers_its_own_events_and_no_lower_one_lists_them():
    modules = (organisations.events, reflections.events, actionplans.events)
    of_apps = [
        {value for name, value in vars(each).items() if name.isupper() and isinstance(value, str)}
        for each in modules
    ]

    assert set.union(*of_apps) == set(EVENTS)
    assert sum(map(len, of_apps)) == len(EVENTS)


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


def test_the_history_tells_as_much_as_it_can_of_what_an_older_version_wrote(client, db):
    organisation = make_organisation()
    ada = administrator_of(organisation)
    AuditEvent.objects.create(
        kind="tea_made", actor=ada, organisation=organisation, changes={"sugar": ["one", "two"]}
    )
    client.force_login(ada)

    page = client.get(f"/organisations/{organisation.slug}/history/")

    assert "Ada Lovelace did something that there are no words for any more." in page.text
    assert "sugar: from “one” to “two”" in page.text
    assert "Ada Lovelace created Tamsel Valley Trust." in page.text
