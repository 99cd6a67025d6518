"""The admin of question sets. It shows no answers, comments or barriers."""

from django.contrib import admin
from django.http import HttpRequest

from reflections.models import Question, QuestionSet


class QuestionInline(admin.TabularInline):
    model = Question
    fields = ["position", "level", "kind", "key"]


@admin.register(QuestionSet)
class QuestionSetAdmin(admin.ModelAdmin):
    """Question sets, to read only: a published set never changes."""

    list_display = ["name", "version", "published_at"]
    inlines = [QuestionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: QuestionSet | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: QuestionSet | None = None) -> bool:
        return False
