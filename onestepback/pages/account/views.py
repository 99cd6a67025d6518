"""Pages for a person's details and data, and for deleting the account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestepback.pages.account.forms import AccountDeleteForm, PersonForm
from onestepback.pages.account.personal_data import erase, everything_of
from onestepback.pages.shared.methods import form_page
from onestepback.pages.shared.recent_sign_in import signed_in_lately
from onestepback.pages.shared.unsaved_words import keeps_words
from organisations.models import Organisation
from organisations.services import StillNeeded
from reflections.services import choose_reading, reading_preference_of

ASKED_AGAIN = ["account:delete", "account_email", "account_set_password"]


@form_page
@keeps_words(PersonForm)
def details(request):
    reading = {"one_question_a_page": reading_preference_of(request.user).one_question_a_page}
    form = PersonForm(request.POST or None, instance=request.user, initial=reading)
    if form.is_valid():
        form.save()
        choose_reading(request.user, **{name: form.cleaned_data[name] for name in reading})
        messages.success(request, _("Your details are saved"))
        return redirect("account:details")
    return render(request, "account/details.html", {"form": form})


@require_safe
def data(request):
    response = JsonResponse(
        everything_of(request.user), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    day = timezone.localdate()
    response["Content-Disposition"] = f'attachment; filename="one-step-back-{day:%Y-%m-%d}.json"'
    return response


@form_page
def sign_in_again(request):
    wanted = request.POST.get("next") or request.GET.get("next")
    if wanted not in {reverse(name) for name in ASKED_AGAIN}:
        raise Http404
    if request.method == "POST":
        logout(request)
        return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': wanted})}")
    return render(request, "account/sign_in_again.html", {"next": wanted})


@form_page
@signed_in_lately
@reauthentication_required
def delete(request):
    form = AccountDeleteForm(request.POST or None)
    if form.is_valid():
        user = request.user
        try:
            erase(user)
        except StillNeeded:
            return redirect("account:delete")  # the page says by whom
        logout(request)
        messages.success(request, _("Your account and what you wrote are deleted."))
        return redirect("home:home")
    needed_by = Organisation.objects.administered_only_by(request.user)
    return render(request, "account/delete.html", {"form": form, "needed_by": needed_by})
