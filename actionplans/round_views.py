from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.contents import (
    ACTIONS_A_PAGE,
    actions_to_review,
    done_since_last_round,
    planned_anywhere,
)
from actionplans.documents import results_document
from actionplans.results import ORDERS, Order, barriers_with_actions, results_of
from actionplans.services import plan_of, share_words, take_out_words
from actionplans.sheets import results_sheets
from onestepback.publishing.pdf import CannotPrint, pdf_response
from onestepback.publishing.spreadsheets import csv_response, xlsx_response
from organisations.groups import event_target, today_of
from organisations.history import record_event
from organisations.models import Organisation, System, Team
from reflections import events, rounds
from reflections.models import Participation, Round
from reflections.promises import contact_of, promises_of
from reflections.round_forms import (
    CountedForm,
    LastDayForm,
    RoundForm,
    SharingForm,
    TakeOutForm,
    TakePartForm,
)
from reflections.services import AlreadyFinished
from reflections.sharing import levels_to_share
from reflections.summaries import Figures, shared_texts

# --- Running a round ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def team_round_plan(request, pk):
    managed = Team.objects.managed_by(request.user).select_related("organisation")
    team = get_object_or_404(managed, pk=pk)
    return round_plan(request, team, allows_named=team.organisation.allows_named_rounds)


@require_http_methods(["GET", "POST"])
def organisation_round_plan(request, slug):
    organisation = get_object_or_404(Organisation.objects.editable_by(request.user), slug=slug)
    return round_plan(request, organisation)


@require_http_methods(["GET", "POST"])
def system_round_plan(request, slug):
    system = get_object_or_404(System.objects.editable_by(request.user), slug=slug)
    return round_plan(request, system)


def round_plan(request, group, allows_named=False):
    """A new round of a group: what is still to do from before, its settings, and then its day."""
    today = today_of(group)
    if request.method == "GET" and "reviewed" not in request.GET:
        actions = actions_to_review(group, reader=request.user)
        page = Paginator(actions, ACTIONS_A_PAGE).get_page(request.GET.get("page"))
        if page.paginator.count:
            planned = planned_anywhere(page, reader=request.user)
            context = {"group": group, "page": page, "actions": planned}
            return render(request, "actionplans/round_review.html", context)
    form = RoundForm(
        request.POST or None,
        group=group,
        allows_named=allows_named,
        today=today,
        button=_("Plan this round"),
        initial=rounds.usual_settings(today),
    )
    if form.is_valid():
        try:
            round_ = rounds.plan_round(group, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said_of(round_))
            return redirect(round_)
    context = {"group": group, "form": form, **rounds.size_and_minimum(group)}
    return render(request, "actionplans/round_plan.html", context)


def said_of(round_):
    if round_.is_scheduled:
        return _("The round is planned. It opens by itself on its day.")
    if settings.MAIL_IS_SENT:
        return _("The round is open. Its people get a letter.")
    return _("The round is open. This site sends no e-mail, so tell its people yourself.")


@require_GET
def team_round_list(request, pk):
    visible = Team.objects.visible_to(request.user).with_rights(request.user)
    team = get_object_or_404(visible.select_related("organisation"), pk=pk)
    plan = reverse("actionplans:team_round_plan", args=[pk]) if team.can_manage else ""
    return round_list(request, team, plan)


@require_GET
def organisation_round_list(request, slug):
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    manages = Organisation.objects.editable_by(request.user).contains(organisation)
    plan = reverse("actionplans:organisation_round_plan", args=[slug]) if manages else ""
    return round_list(request, organisation, plan)


@require_GET
def system_round_list(request, slug):
    system = get_object_or_404(System.objects.visible_to(request.user), slug=slug)
    return round_list(request, system, reverse("actionplans:system_round_plan", args=[slug]))


def round_list(request, group, plan):
    """The rounds of a group that somebody may see, the latest first."""
    visible = Round.objects.visible_to(request.user).of_group(group)
    readable = set(
        Round.objects.results_for(request.user).of_group(group).values_list("pk", flat=True)
    )
    listed = [(round_, round_.pk in readable) for round_ in visible]
    under_way = [round_ for round_, _is_readable in listed if not round_.is_closed]
    context = {"group": group, "rounds": listed, "plan": "" if under_way else plan}
    return render(request, "actionplans/round_list.html", context)


@require_GET
def round_detail(request, pk):
    visible = Round.objects.visible_to(request.user).with_rights(request.user)
    round_ = get_object_or_404(visible.with_group(), pk=pk)
    mine = Participation.objects.held_by(request).in_round(round_).first()
    context = {
        "round": round_,
        "done": done_since_last_round(round_, reader=request.user) if round_.is_open else None,
        "mine": mine,
        "manages": round_.can_manage,
        "is_asked": Round.objects.asking(request.user).contains(round_),
        "promises": promises_of(round_),
        "contact": contact_of(round_),
        "finished": rounds.how_many_finished(round_) if round_.is_open else None,
        "has_results": Round.objects.results_for(request.user).contains(round_),
        **rounds.size_and_minimum(round_.group, round_),
    }
    return render(request, "actionplans/round_detail.html", context)


def managed_round(request, pk, which):
    return get_object_or_404(which(Round.objects.managed_by(request.user)).with_group(), pk=pk)


@require_http_methods(["GET", "POST"])
def round_edit(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.scheduled())
    form = RoundForm(
        request.POST or None,
        group=round_.group,
        allows_named=rounds.allows_named(round_.group),
        today=round_.today,
        button=_("Save changes"),
        initial=RoundForm.initial_of(round_),
    )
    if form.is_valid():
        try:
            round_ = rounds.change_round(round_, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except rounds.RoundClosed:
            return opened_meanwhile(request, round_)
        else:
            messages.success(request, said_of(round_))
            return redirect(round_)
    return render(request, "actionplans/round_edit.html", {"round": round_, "form": form})


@require_http_methods(["GET", "POST"])
def round_cancel(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.scheduled())
    if request.method == "POST":
        try:
            rounds.cancel_round(round_, by=request.user)
        except rounds.RoundClosed:
            return opened_meanwhile(request, round_)
        messages.success(request, _("The planned round is cancelled."))
        return redirect(round_.group)
    return render(request, "actionplans/round_cancel.html", {"round": round_})


def opened_meanwhile(request, round_):
    messages.error(request, _("The round has opened meanwhile, so its settings do not change."))
    return redirect(round_)


@require_http_methods(["GET", "POST"])
def round_extend(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.under_way())
    form = LastDayForm(request.POST or None)
    if form.is_valid():
        try:
            rounds.extend_round(round_, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("closes_on", error.messages)
        except rounds.RoundClosed:
            return redirect(round_)
        else:
            messages.success(request, _("The last day is changed."))
            return redirect(round_)
    return render(request, "actionplans/round_extend.html", {"round": round_, "form": form})


@require_http_methods(["GET", "POST"])
def round_remind(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.under_way())
    if request.method == "POST":
        try:
            done = rounds.remind(round_, by=request.user)
        except rounds.RoundClosed:
            return redirect(round_)
        if done:
            messages.success(request, _("Those who have not finished get a reminder."))
        else:
            messages.info(request, _("A reminder went today already. You can send one tomorrow."))
        return redirect(round_)
    return render(request, "actionplans/round_remind.html", {"round": round_})


@require_http_methods(["GET", "POST"])
def round_close(request, pk):
    round_ = managed_round(request, pk, lambda managed: managed.exclude(opened_at=None))
    if request.method == "POST":
        rounds.close_round(round_, by=request.user)
        messages.success(request, _("The round is closed."))
        return redirect(round_)
    if round_.is_closed:
        return redirect(round_)
    context = {"round": round_, "finished": rounds.how_many_finished(round_)}
    return render(request, "actionplans/round_close.html", context)


# --- Taking part --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def round_take_part(request, pk):
    asked = Round.objects.asking(request.user).under_way().with_group()
    round_ = get_object_or_404(asked, pk=pk)
    mine = Participation.objects.held_by(request)
    before = mine.in_round(round_).first()
    if before:
        return redirect(before)
    form = TakePartForm(
        request.POST or None,
        is_named=round_.is_named,
        initial={"perspective": mine.last_perspective()},
    )
    if form.is_valid():
        perspective = form.cleaned_data["perspective"]
        try:
            return redirect(rounds.take_part(round_, by=request.user, perspective=perspective))
        except rounds.RoundClosed:
            return redirect(round_)
    context = {
        "round": round_,
        "form": form,
        "promises": promises_of(round_),
        "contact": contact_of(round_),
        "done": done_since_last_round(round_, reader=request.user),
        **rounds.size_and_minimum(round_.group, round_),
    }
    return render(request, "actionplans/round_take_part.html", context)


@require_GET
def participation_share(request, pk):
    """What of one's words others may read: one list of the levels, each a page of its own."""
    participation = in_round(request, pk)
    context = {"participation": participation, "levels": levels_to_share(participation)}
    return render(request, "actionplans/participation_share.html", context)


def in_round(request, pk):
    held = Participation.objects.held_by(request).in_rounds()
    return get_object_or_404(held, pk=pk)


@require_http_methods(["GET", "POST"])
def level_share(request, pk, level):
    participation = in_round(request, pk)
    here = next((each for each in levels_to_share(participation) if each.level == level), None)
    if here is None or (not participation.round.is_open and not here.shared):
        raise Http404
    form = sharing_form(request, participation, here)
    if request.method == "POST" and request.POST.get("go") == "take-back":
        share_words(here.reflection, texts=taken_back(request, here))
        messages.success(request, _("It is taken back. Nobody else can read it any more."))
        return redirect("actionplans:participation_share", pk=pk)
    if form.is_valid():
        chosen = (
            {"texts": {}, "counted": form.cleaned_data["counted"]}
            if here.is_about_oneself
            else {"texts": form.chosen}
        )
        try:
            share_words(here.reflection, **chosen)
        except AlreadyFinished:
            return redirect("actionplans:participation_share", pk=pk)
        messages.success(request, _("Your choice is saved"))
        return redirect("actionplans:participation_share", pk=pk)
    context = {"participation": participation, "here": here, "form": form}
    return render(request, "actionplans/level_share.html", context)


def sharing_form(request, participation, here):
    data = request.POST if request.method == "POST" and "go" not in request.POST else None
    if here.is_about_oneself:
        counted = {True: "yes", False: "no"}.get(here.reflection.counted)
        return CountedForm(data, initial={"counted": counted})
    return SharingForm(data, texts=here.texts, is_named=participation.round.is_named)


def taken_back(request, here):
    wanted = request.POST.get("text")
    return {(text.kind, text.pk): False for text in here.shared if text.pk == wanted}


@require_http_methods(["GET", "POST"])
def participation_withdraw(request, pk):
    participation = in_round(request, pk)
    if not (participation.is_finished and participation.round.is_open):
        raise Http404
    if request.method == "POST":
        try:
            rounds.withdraw(participation)
        except AlreadyFinished:
            messages.error(request, _("The round has closed meanwhile, so your answers count."))
        else:
            messages.success(request, _("Your answers are withdrawn. Nobody counts them."))
        return redirect(participation.round)
    context = {"participation": participation, "round": participation.round}
    return render(request, "actionplans/participation_withdraw.html", context)


# --- Results ------------------------------------------------------------------------------------


def round_with_results(request, pk):
    readable = Round.objects.results_for(request.user).with_rights(request.user)
    return get_object_or_404(readable.with_earlier_figures().with_group(), pk=pk)


@require_GET
def round_results(request, pk):
    return results_page(request, round_with_results(request, pk))


def results_page(request, round_, *, unticked=""):
    """The results; `unticked` is the level of whose barriers somebody ticked none."""
    results = results_of(round_)
    order = asked_order(request)
    context = {
        "round": round_,
        "results": results,
        "order": order,
        "orders": ORDERS.items(),
        "questions": results.in_order(order),
        "can_take_out": round_.can_manage,
        "answered": barriers_with_actions(results) if round_.can_read_plan else None,
        "plan_url": plan_url_of(round_.group) if round_.can_read_plan else "",
        "unticked": next(
            (each for each in results.levels if each.level == unticked and each.barriers), None
        ),
        "promises": promises_of(round_),
    }
    page = "round_too_few" if results.are_too_few else "round_results"
    return render(request, f"actionplans/{page}.html", context)


def plan_url_of(group):
    """Where the plan of a group is found, made or not yet."""
    kind = group._meta.model_name
    return reverse(f"actionplans:{kind}_plan", args=[group.pk if kind == "team" else group.slug])


def asked_order(request):
    asked = request.GET.get("order")
    return Order(asked) if asked in set(Order) else Order.PAPER


@require_GET
def round_present(request, pk):
    """One question at a time, large, for a shared screen: nothing that the page does not show."""
    results = results_of(round_with_results(request, pk))
    questions = results.in_order(asked_order(request))
    if not questions:
        return redirect("actionplans:round_results", pk=pk)
    keys = [question.key for question in questions]
    number = keys.index(request.GET["question"]) if request.GET.get("question") in keys else 0
    context = {
        "round": results.round,
        "results": results,
        "question": questions[number],
        "number": number + 1,
        "of": len(questions),
        "order": asked_order(request),
        "previous": keys[number - 1] if number else "",
        "following": keys[number + 1] if number + 1 < len(keys) else "",
    }
    return render(request, "actionplans/round_present.html", context)


@require_GET
def round_pdf(request, pk):
    round_ = round_with_results(request, pk)
    large_print = request.GET.get("print") == "large"
    try:
        document = results_document(results_of(round_), reader=request.user, large=large_print)
    except CannotPrint as sorry:
        messages.error(request, str(sorry))
        return redirect("actionplans:round_results", pk=pk)
    note_download(request, round_)
    return pdf_response(document.content, filename=document.filename)


@require_GET
def round_download(request, pk, file_format):
    round_ = round_with_results(request, pk)
    sheets = results_sheets(results_of(round_))
    filename = f"{_('Results')} {round_.group} {round_.closes_on:%Y-%m-%d}"
    note_download(request, round_)
    if file_format == "xlsx":
        return xlsx_response(*sheets, filename=filename)
    return csv_response(sheets[0], filename=filename)


def note_download(request, round_):
    """Who runs a round is written down when they take it away; who took part is not."""
    if round_.can_manage:
        record_event(events.RESULTS_DOWNLOADED, by=request.user, **event_target(round_.group))


@require_GET
def round_act(request, pk):
    """On to the plan of the group, with what was chosen in the results to do something about."""
    round_ = round_with_results(request, pk)
    if not round_.can_read_plan:
        raise Http404
    add = reverse("actionplans:shared_plan_add", args=[plan_of(round_.group).pk])
    asked = {name: request.GET.getlist(name) for name in ("barrier", "idea", "question", "level")}
    if not any(asked.values()):
        return results_page(request, round_, unticked=request.GET.get("at", ""))
    after = reverse("actionplans:round_results", args=[pk])
    if asked["barrier"]:
        after += f"#b-{asked['barrier'][0]}"
    asked["next"] = [after]
    return redirect(f"{add}?{urlencode(asked, doseq=True)}")


@require_http_methods(["GET", "POST"])
def text_take_out(request, pk, kind, text):
    readable = Round.objects.results_for(request.user)
    round_ = get_object_or_404(readable.managed_by(request.user).with_group(), pk=pk)
    found = shared_texts(round_, Figures.of(round_))
    shared = next((each for each in found if each.kind == kind and each.pk == str(text)), None)
    if shared is None:
        raise Http404
    form = TakeOutForm(request.POST or None)
    if form.is_valid():
        question = round_.question_set.questions.filter(key=shared.question).first()
        take_out_words(
            round_,
            by=request.user,
            kind=kind,
            pk=str(text),
            level=shared.level,
            question=question,
            **form.cleaned_data,
        )
        messages.success(request, _("The text is taken out. The page says so, and why."))
        return redirect("actionplans:round_results", pk=pk)
    context = {"round": round_, "text": shared, "form": form}
    return render(request, "actionplans/text_take_out.html", context)
