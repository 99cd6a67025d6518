"""The page for a shared screen shows the results one question at a time."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from onestepback.pages.results.reading import results_of
from onestepback.pages.results.views import asked_order, round_with_results


@require_safe
def present(request, pk):
    """Show one question in large letters, and nothing that the results page does not show."""
    results = results_of(round_with_results(request, pk))
    questions = results.in_order(asked_order(request))
    if not questions:
        return redirect("results:detail", pk=pk)
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
    return render(request, "meeting/present.html", context)
