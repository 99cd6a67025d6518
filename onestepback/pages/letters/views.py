"""Pages for choosing letters, and for the link in each letter that stops letters like it."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from onestepback.pages.letters.dev_letters import letters_in
from onestepback.pages.letters.forms import LettersForm
from onestepback.pages.shared.methods import form_page
from organisations.preferences import (
    LETTER_CHOICES,
    choose_letter,
    choose_letters,
    read_stop_token,
    wants,
)


@form_page
def choose(request):
    wanted = [value for value, choice in LETTER_CHOICES.items() if wants(request.user, choice)]
    sent = request.POST if request.method == "POST" else None  # with no box ticked it is empty
    form = LettersForm(sent, initial={"wanted": wanted})
    if form.is_valid():
        choose_letters(request.user, form.cleaned_data["wanted"])
        messages.success(request, _("Your choice is saved"))
        return redirect("letters:choose")
    return render(request, "letters/choose.html", {"form": form})


@login_not_required
@csrf_exempt  # mail programs send it, with no page of ours before (RFC 8058)
@form_page
def stop(request, token):
    """A GET changes nothing, because mail servers follow links. A POST stops the letters."""
    reader_and_choice = read_stop_token(token)
    if not reader_and_choice:
        raise Http404
    user, choice = reader_and_choice
    is_wanted = wants(user, choice)
    if request.method == "POST":
        is_wanted = request.POST.get("go") == "again"
        choose_letter(user, choice, wanted=is_wanted)
    context = {"choice": choice, "is_wanted": is_wanted, "is_done": request.method == "POST"}
    return render(request, "letters/stop.html", context)


@login_not_required
@require_safe
def dev(request):
    return render(request, "letters/dev.html", {"letters": letters_in(Path(settings.LETTERS_DIR))})
