"""Pages with the results of a closed round: reading them, downloading them, acting on them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.services.plans import plan_of
from actionplans.services.shared_words import take_out_words
from onestepback.pages.results.document import results_document
from onestepback.pages.results.forms import TakeOutForm
from onestepback.pages.results.reading import (
    QUESTION_ORDERS,
    QuestionOrder,
    barriers_with_actions,
    results_of,
)
from onestepback.pages.results.spreadsheet import results_sheets
from onestepback.pages.shared.methods import form_page, leaves_nothing_on_head
from onestepback.pages.shared.unsaved_words import keeps_words
from onestepback.publishing.pdf import CannotPrint, pdf_response
from onestepback.publishing.spreadsheets import csv_response, xlsx_response
from organisations.groups import event_target
from organisations.history import record_event
from reflections import events
from reflections.models import Round
from reflections.summaries import Figures, shared_texts
from reflections.who_sees_what import who_sees_what


def round_with_results(request, pk):
    readable = Round.objects.results_for(request.user).with_rights(request.user)
    return get_object_or_404(readable.with_earlier_figures().with_group(), pk=pk)


@require_safe
def detail(request, pk):
    return results_page(request, round_with_results(request, pk))


def results_page(request, round_, *, unticked=""):
    """Show the results; `unticked` is a level whose button was pressed with no barrier ticked."""
    results = results_of(round_)
    order = asked_order(request)
    context = {
        "round": round_,
        "results": results,
        "order": order,
        "orders": QUESTION_ORDERS.items(),
        "questions": results.in_order(order),
        "can_take_out": round_.can_manage,
        "answered": barriers_with_actions(results) if round_.can_read_plan else None,
        "plan_url": plan_url_of(round_.group) if round_.can_read_plan else "",
        "unticked": next(
            (each for each in results.levels if each.level == unticked and each.barriers), None
        ),
        "promises": who_sees_what(round_),
    }
    page = "too_few" if results.are_too_few else "detail"
    return render(request, f"results/{page}.html", context)


def plan_url_of(group):
    """The address of a group's plan, also before the plan is made."""
    kind = group._meta.model_name
    return reverse(f"plans:of_{kind}", args=[group.pk if kind == "team" else group.slug])


def asked_order(request):
    asked = request.GET.get("order")
    return QuestionOrder(asked) if asked in set(QuestionOrder) else QuestionOrder.PAPER


@require_safe
@leaves_nothing_on_head
def pdf(request, pk):
    round_ = round_with_results(request, pk)
    large_print = request.GET.get("print") == "large"
    try:
        document = results_document(results_of(round_), large=large_print)
    except CannotPrint as sorry:
        messages.error(request, str(sorry))
        return redirect("results:detail", pk=pk)
    record_results_download(request, round_)
    return pdf_response(document.content, filename=document.filename)


@require_safe
@leaves_nothing_on_head
def download(request, pk, file_format):
    round_ = round_with_results(request, pk)
    sheets = results_sheets(results_of(round_))
    filename = f"{_('Results')} {round_.group} {round_.closes_on:%Y-%m-%d}"
    record_results_download(request, round_)
    if file_format == "xlsx":
        return xlsx_response(*sheets, filename=filename)
    return csv_response(sheets[0], filename=filename)


def record_results_download(request, round_):
    """Record a download by those who run the round. It is not recorded of those who took part."""
    if round_.can_manage:
        record_event(events.RESULTS_DOWNLOADED, by=request.user, **event_target(round_.group))


@require_safe
@leaves_nothing_on_head
def act(request, pk):
    """Go on to the group's plan with the barriers, idea or question chosen in the results."""
    round_ = round_with_results(request, pk)
    if not round_.can_read_plan:
        raise Http404
    add = reverse("plans:add", args=[plan_of(round_.group).pk])
    asked = {name: request.GET.getlist(name) for name in ("barrier", "idea", "question", "level")}
    if not any(asked.values()):
        return results_page(request, round_, unticked=request.GET.get("at", ""))
    after = reverse("results:detail", args=[pk])
    if asked["barrier"]:
        after += f"#b-{asked['barrier'][0]}"
    asked["next"] = [after]
    return redirect(f"{add}?{urlencode(asked, doseq=True)}")


@form_page
@keeps_words(TakeOutForm)
def take_out(request, pk, kind, text):
    readable = Round.objects.results_for(request.user)
    round_ = get_object_or_404(readable.managed_by(request.user).with_group(), pk=pk)
    texts = shared_texts(round_, Figures.of(round_))
    shared = next((each for each in texts if each.kind == kind and each.pk == str(text)), None)
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
        return redirect("results:detail", pk=pk)
    context = {"round": round_, "text": shared, "form": form}
    return render(request, "results/take_out.html", context)
