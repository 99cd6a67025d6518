"""Every address that somebody could guess, and the addresses from which some readers start."""

from itertools import product

from django.conf import settings
from django.test import Client
from django.urls import reverse

from actionplans.models import Action, ActionPlan, Escalation
from actionplans.services.plans import plan_of
from organisations.invitations import link_to
from organisations.models import Invitation, Membership, Organisation, System, Team
from reflections.models import Answer, Barrier, Participation, Reflection, Round
from reflections.summaries import key_of
from tests.crawl.world import person
from tests.crawling import our_pages


def guesses(half):
    """Every page for every second row of both organisations, also rows that do not fit the page.

    A walk takes one `half` or the other, so that each address is tried by several people.
    """
    for name, pattern in our_pages():
        if name == "results:take_out":
            texts = {tuple(text[:2]): text for text in texts_in_rounds()}  # one of each kind
            yield from (reverse(name, args=text) for text in texts.values())
            continue
        pools = [pool_of(name, key) for key in pattern.regex.groupindex]
        all_of_them = [reverse(name, args=chosen) for chosen in product(*pools)]
        yield from all_of_them[half::2] or all_of_them
    people = [reverse("people:index", args=[slug]) for slug in slugs()]
    teams = Team.objects.order_by("pk").values_list("pk", flat=True)
    yield from (f"{address}?team={team}" for address, team in product(people, teams))
    barriers = Barrier.objects.filter(reflection__level="team").values_list("pk", flat=True)
    barriers = list(barriers.order_by("pk"))
    adding = reverse("plans:own_add")
    yield from (f"{adding}?barrier={barrier}" for barrier in barriers[half::2])
    for plan in ActionPlan.objects.order_by("pk"):
        yield f"{adding_to(plan)}?level=team"
    yield from list(words_to_act_on())[half::2]


def adding_to(plan):
    return reverse("plans:add", args=[plan.pk])


def words_to_act_on():
    """For each text in a round, the form for an action that answers it in the group's plan."""
    plans = {}
    rows = Reflection.objects.exclude(participation__round=None).exclude(level="individual")
    for row in rows.select_related("participation__round").prefetch_related("barriers"):
        round_ = row.participation.round
        plan = plans.get(round_.pk) or plans.setdefault(round_.pk, plan_of(round_.group))
        yield from (f"{adding_to(plan)}?barrier={barrier.pk}" for barrier in row.barriers.all())
        yield f"{adding_to(plan)}?idea={key_of(row, 'idea', '')}"


def texts_in_rounds():
    """For each text in a round, the arguments of the page that takes it out of the results."""
    written = [
        ("comment", Answer.objects.exclude(comment=""), "reflection__participation__round"),
        ("barrier", Barrier.objects.all(), "reflection__participation__round"),
        ("vision", Reflection.objects.exclude(vision=""), "participation__round"),
        ("idea", Reflection.objects.exclude(idea=""), "participation__round"),
    ]
    for kind, rows, in_round in written:
        for pk, round_ in rows.exclude(**{in_round: None}).values_list("pk", in_round):
            yield [round_, kind, pk]


def slugs():
    return list(Organisation.objects.order_by("pk").values_list("slug", flat=True))


def few_actions():
    """One action of each status in each plan; pages treat all actions of one status alike."""
    few = {(action.plan_id, action.status): action.pk for action in Action.objects.order_by("pk")}
    return Action.objects.filter(pk__in=few.values())


def proposals():
    return Action.objects.filter(status="proposed")


def sittings():
    return Participation.objects.exclude(user__name__contains="_crowd_")


ROWS = {  # what the pages of a room are about, and those that are about something else
    "actions": few_actions,
    "actions:detail": Action.objects.all,
    "actions:accept": proposals,
    "actions:decline": proposals,
    "actions:edit_proposal": proposals,
    "actions:take_back_proposal": proposals,
    "invitations": Invitation.objects.all,
    "invitations:invite_to_team": Team.objects.all,
    "meeting": Round.objects.all,
    "people": lambda: Membership.objects.exclude(user__name__contains="_crowd_"),
    "plans": ActionPlan.objects.all,
    "plans:of_team": Team.objects.all,
    "raising": Escalation.objects.all,
    "raising:index": ActionPlan.objects.all,
    "raising:raise_to_plan_above": few_actions,
    "reflecting": sittings,
    "results": Round.objects.all,
    "rounds": Round.objects.all,
    "rounds:of_team": Team.objects.all,
    "rounds:plan_for_team": Team.objects.all,
    "systems:remove_organisation": Organisation.objects.all,
    "taking_part": sittings,
    "taking_part:take_part": Round.objects.all,
    "teams": Team.objects.all,
    "you_said": ActionPlan.objects.shared,
    "you_said:write": few_actions,
}
OF_SYSTEM = {"plans:of_system", "rounds:of_system", "rounds:plan_for_system"}
PARTS = {"level": ["team"], "file_format": ["csv", "xlsx"]}
PARTS |= {"token": ["forged"], "secret": ["forged"], "published_token": ["forged"]}
FILES_OF_PLANS = [*PARTS["file_format"], "ics"]


def pool_of(name, key):
    """The values for a part of a page's address. A new kind of page needs a line in `ROWS`."""
    room = name.partition(":")[0]
    if name in ("plans:download", "plans:own_download") and key == "file_format":
        return FILES_OF_PLANS
    if key == "pk":
        rows = ROWS.get(name) or ROWS[room]
        return list(rows().order_by("pk").values_list("pk", flat=True))
    if key == "slug":
        systems = System.objects.order_by("pk").values_list("slug", flat=True)
        return list(systems) if room == "systems" or name in OF_SYSTEM else slugs()
    return PARTS[key]


def links_of_invitations(side):
    waiting = Invitation.objects.filter(organisation__name__contains=f"_{side}_")
    return [
        link_to(invitation, by_letter=by_letter).removeprefix(settings.SITE_URL)
        for invitation in waiting
        for by_letter in (True, False)
    ]


def public_pages(side):
    """The published pages of “You said, we did”, whose address is given to everybody."""
    published = ActionPlan.objects.published().exclude(published_token=None).with_group()
    return [
        reverse("you_said:public", args=[plan.published_token])
        for plan in published
        if f"_{side}_" in str(plan)
    ]


def browser_of(who):
    client = Client()
    if who not in ("nobody", "told", "invited"):
        client.force_login(person(who))
    return client


STARTS = {
    "x_operator": lambda: ["/admin/"],
    "invited": lambda: links_of_invitations("a"),
    "told": lambda: public_pages("a"),
}
