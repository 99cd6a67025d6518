"""The admin of site operators: accounts, organisations, systems, and letters that failed.

It shows nothing that anybody wrote in a reflection or a plan, and no way into an account.
"""

from typing import cast

from allauth.account.models import EmailAddress, EmailConfirmation
from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organisations import events, services
from organisations.history import changes_of, record_event
from organisations.inviting import draft_invitations, invite
from organisations.models import Letter, Membership, Organisation, System, User
from organisations.querysets import LetterQuerySet

# Whoever could add an address to somebody's account could sign in as that person.
admin.site.unregister(EmailAddress)
if admin.site.is_registered(EmailConfirmation):
    admin.site.unregister(EmailConfirmation)


def operator_of(request: HttpRequest) -> User:
    """The site operator: the admin lets nobody in who is not signed in."""
    return cast(User, request.user)


class KeptForEver:
    """Mixin: nothing is deleted here. People delete their own accounts, the rest is archived."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnly(KeptForEver):
    """Mixin: nothing is added here either. People sign up themselves."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["email", "name", "date_joined", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "time_zone", "date_joined", "last_login", "is_active", "is_staff"]
    readonly_fields = ["email", "name", "time_zone", "date_joined", "last_login"]

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool
    ) -> None:
        before = User.objects.get(pk=obj.pk)
        chosen = {name: form.cleaned_data[name] for name in ("is_active", "is_staff")}
        changes = changes_of(before, chosen)
        super().save_model(request, obj, form, change)
        if changes:
            record_event(
                events.ACCOUNT_CHANGED, by=operator_of(request), subject=obj, changes=changes
            )


@admin.register(System)
class SystemAdmin(KeptForEver, admin.ModelAdmin):
    view_on_site = False  # its page is for conveners
    list_display = ["name", "minimum_group", "time_zone"]
    own_fields = ["name", "slug", "minimum_group", "time_zone"]
    fields = [*own_fields, "conveners"]
    prepopulated_fields = {"slug": ["name"]}
    raw_id_fields = ["conveners"]

    def save_model(
        self, request: HttpRequest, obj: System, form: forms.ModelForm, change: bool
    ) -> None:
        chosen = {name: form.cleaned_data[name] for name in self.own_fields}
        changes = changes_of(System.objects.get(pk=obj.pk), chosen) if change else {}
        super().save_model(request, obj, form, change)
        record_event(events.SYSTEM_CHANGED, by=operator_of(request), system=obj, changes=changes)

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formsets: list[forms.BaseModelFormSet],
        change: bool,
    ) -> None:
        conveners = form.cleaned_data["conveners"]
        services.change_conveners(form.instance, by=operator_of(request), conveners=conveners)


class OrganisationAdminForm(forms.ModelForm):
    """The settings that site operators give an organisation, and its first administrator."""

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
    """Organisations, without their people and teams, which their own administrators manage."""

    form = OrganisationAdminForm
    view_on_site = False  # its pages are for its people
    list_display = ["name", "system", "created_at", "archived_at"]
    list_filter = ["system"]
    search_fields = ["name"]
    fields = ["name", "time_zone", "system", "administrator"]
    actions = ["archive", "restore"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Organisation | None = None
    ) -> list[str]:
        return ["name", "time_zone"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: Organisation, form: forms.ModelForm, change: bool
    ) -> None:
        chosen = form.cleaned_data
        if change:
            services.change_system(obj, by=operator_of(request), system=chosen["system"])
        else:
            new = services.set_up_organisation(
                by=operator_of(request), name=chosen["name"], time_zone=chosen["time_zone"]
            )
            services.change_system(new, by=operator_of(request), system=chosen["system"])
            obj.pk, obj.slug = new.pk, new.slug
        if chosen["administrator"]:
            role = Membership.Role.ADMINISTRATOR
            invite(
                draft_invitations(obj, [chosen["administrator"]], role=role),
                by=operator_of(request),
            )

    @admin.action(description=_("Archive"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        for organisation in queryset:
            services.archive_organisation(organisation, by=operator_of(request))

    @admin.action(description=_("Bring back"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        for organisation in queryset:
            services.restore_organisation(organisation, by=operator_of(request))


@admin.register(Letter)
class LetterAdmin(ReadOnly, admin.ModelAdmin):
    """Addresses that letters do not reach. It shows no kind of letter, which would tell too much.

    A reminder goes to those who have not finished, results go to those who took part.
    """

    list_display = ["address", "attempts", "error"]
    list_filter = ["error"]
    fields = ["address", "attempts", "error"]
    ordering = ["address", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return cast(LetterQuerySet, super().get_queryset(request)).undelivered()

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return False
