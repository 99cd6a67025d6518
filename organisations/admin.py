"""What site operators see of people: that they have an account, and which letters failed."""

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib import admin

from organisations.models import Letter, User

# Whoever could add an address to somebody's account could sign in as that person.
admin.site.unregister(EmailAddress)
if admin.site.is_registered(EmailConfirmation):
    admin.site.unregister(EmailConfirmation)


class ReadOnly:
    """Nothing is added or deleted here: people sign up, and delete their accounts, themselves."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["email", "name", "date_joined", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "time_zone", "date_joined", "last_login", "is_active", "is_staff"]
    readonly_fields = ["email", "name", "time_zone", "date_joined", "last_login"]


@admin.register(Letter)
class LetterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["kind", "address", "written_at", "attempts", "error", "sent_at"]
    list_filter = ["kind", "error"]
    ordering = ["-written_at"]

    def has_change_permission(self, request, obj=None):
        return False
