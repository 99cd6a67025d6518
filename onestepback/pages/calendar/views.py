"""The page that manages a person's calendar feed, and the feed at its secret address."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.calendars import feed_of, make_feed, renew_feed, stop_feed
from actionplans.models import CalendarFeed
from onestepback.pages.shared.methods import form_page
from onestepback.publishing.calendars import feed_response


@form_page
def detail(request):
    if request.method == "POST":
        change_feed(request)
        return redirect("calendar:detail")
    feed = CalendarFeed.objects.filter(user=request.user).first()
    address = feed and settings.SITE_URL + reverse("calendar:feed", args=[feed.secret])
    return render(request, "calendar/detail.html", {"feed": feed, "address": address})


def change_feed(request):
    """Make, renew or stop the feed, as the pressed button says."""
    go = request.POST.get("go")
    if go == "make":
        make_feed(request.user)
        messages.success(request, _("Your calendar has an address. Copy it into your calendar."))
    elif go == "renew":
        renew_feed(request.user)
        messages.success(request, _("Your calendar has a new address. The old one has stopped."))
    elif go == "stop":
        stop_feed(request.user)
        messages.success(request, _("The address of your calendar has stopped."))


@login_not_required
@require_safe
def feed(request, secret):
    """The feed for calendar programs: its secret address is enough, without a cookie."""
    feeds = CalendarFeed.objects.select_related("user").filter(user__is_active=True)
    feed = get_object_or_404(feeds, secret=secret)
    with translation.override(feed.user.language):
        return feed_response(feed_of(feed))
