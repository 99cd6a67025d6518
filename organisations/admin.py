"""What site operators see: accounts, organisations, systems, and which letters failed.

Nothing that anybody answered or wrote in a reflection or a plan, and no way into an account.
"""

from allauth.account.models import EmailAddress, EmailConfirmation
from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from organisations import events, services
from organisations.history import changes_of, record_event
from organisations.inviting import draft_invitations, invite
from organisations.models import Letter, Membership, Organisation, System, User

# Whoever could add an address to somebody's account could sign in as that person.
admin.site.unregister(EmailAddress)
if admin.site.is_registered(EmailConfirmation):
    admin.site.unregister(EmailConfirmation)


class KeptForEver:
    """Nothing is deleted here: people delete their accounts themselves, the rest is archived."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnly(KeptForEver):
    """Nothing is added here either: people sign up themselves."""

    def has_add_permission(self, request):
        return False


@admin.register(User)
class UserAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["email", "name", "date_joined", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "time_zone", "date_joined", "last_login", "is_active", "is_staff"]
    readonly_fields = ["email", "name", "time_zone", "date_joined", "last_login"]

    def save_model(self, request, obj, form, change):
        before = User.objects.get(pk=obj.pk)
        chosen = {name: form.cleaned_data[name] for name in ("is_active", "is_staff")}
        changes = changes_of(before, chosen)
        super().save_model(request, obj, form, change)
        if changes:
            record_event(events.ACCOUNT_CHANGED, by=request.user, subject=obj, changes=changes)


@admin.register(System)
class SystemAdmin(KeptForEver, admin.ModelAdmin):
    view_on_site = False  # its page is for conveners
    list_display = ["name", "minimum_group", "time_zone"]
    fields = ["name", "slug", "minimum_group", "time_zone", "conveners"]
    prepopulated_fields = {"slug": ["name"]}
    raw_id_fields = ["conveners"]

    def save_model(self, request, obj, form, change):
        fields = {name: form.cleaned_data[name] for name in self.fields if name != "conveners"}
        changes = changes_of(System.objects.get(pk=obj.pk), fields) if change else {}
        super().save_model(request, obj, form, change)
        record_event(events.SYSTEM_CHANGED, by=request.user, system=obj, changes=changes)

    def save_related(self, request, form, formsets, change):
        conveners = form.cleaned_data["conveners"]
        services.change_conveners(form.instance, by=request.user, conveners=conveners)


class OrganisationAdminForm(forms.ModelForm):
    """What site operators say of an organisation, and whom they invite to run it."""

    administrator = forms.EmailField(
        label=_("Invite an administrator"),
        help_text=_("An organisation needs one to begin with. They join by a link, in a letter."),
        required=False,
    )

    class Meta:
        model = Organisation
        fields = ["name", "time_zone", "system"]


@admin.register(Organisation)
class OrganisationAdmin(KeptForEver, admin.ModelAdmin):
    """Its people, its teams and its settings are the business of its administrators."""

    form = OrganisationAdminForm
    view_on_site = False  # its pages are for its people
    list_display = ["name", "system", "created_at", "archived_at"]
    list_filter = ["system"]
    search_fields = ["name"]
    fields = ["name", "time_zone", "system", "administrator"]
    actions = ["archive", "restore"]

    def get_readonly_fields(self, request, obj=None):
        return ["name", "time_zone"] if obj else []

    def save_model(self, request, obj, form, change):
        chosen = form.cleaned_data
        if change:
            services.change_system(obj, by=request.user, system=chosen["system"])
        else:
            new = services.set_up_organisation(
                by=request.user, name=chosen["name"], time_zone=chosen["time_zone"]
            )
            services.change_system(new, by=request.user, system=chosen["system"])
            obj.pk, obj.slug = new.pk, new.slug
        if chosen["administrator"]:
            role = Membership.Role.ADMINISTRATOR
            invite(draft_invitations(obj, [chosen["administrator"]], role=role), by=request.user)

    @admin.action(description=_("Archive"))
    def archive(self, request, queryset):
        for organisation in queryset:
            services.archive_organisation(organisation, by=request.user)

    @admin.action(description=_("Bring back"))
    def restore(self, request, queryset):
        for organisation in queryset:
            services.restore_organisation(organisation, by=request.user)


@admin.register(Letter)
class LetterAdmin(ReadOnly, admin.ModelAdmin):
    """Which addresses letters do not reach. Which letters they were would tell too much:

    a reminder goes to those who have not finished, results go to those who took part.
    """

    list_display = ["address", "attempts", "error"]
    list_filter = ["error"]
    fields = ["address", "attempts", "error"]
    ordering = ["address", "pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).undelivered()

    def has_change_permission(self, request, obj=None):
        return False
