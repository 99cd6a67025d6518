"""Pagination of long lists."""

from django.core.paginator import Paginator

ROWS_A_PAGE = 50


def page_of(request, rows, size=ROWS_A_PAGE):
    return Paginator(rows, size).get_page(request.GET.get("page"))
