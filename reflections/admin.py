"""What site operators see of the questions. No answers, comments or barriers, anywhere."""

from django.contrib import admin

from reflections.models import Question, QuestionSet


class QuestionInline(admin.TabularInline):
    model = Question
    fields = ["position", "level", "kind", "key"]


@admin.register(QuestionSet)
class QuestionSetAdmin(admin.ModelAdmin):
    """A published set never changes, so it is only read here."""

    list_display = ["name", "version", "published_at"]
    inlines = [QuestionInline]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
