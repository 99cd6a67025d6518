"""The tags of components put the right markup around what stands inside of them."""

import re

from django.template import Context, Template

TABLE = """
{% load components %}
{% table caption "Name" "What it is" people css="osb-people" %}
  {% for team in teams %}
    {% row %}
      {% heading %}{{ team.name }}{% endheading %}
      {% cell css="quiet" is_labelled=False %}{{ team.kind }}{% endcell %}
      {% cell %}{{ team.size }}{% endcell %}
    {% endrow %}
  {% endfor %}
{% endtable %}
"""


def rendered(template, **context):
    page = re.sub(r"\s+", " ", Template(template).render(Context(context)))
    return re.sub(r" ?(<[^>]*>) ?", r"\1", page)


def test_each_cell_of_a_card_begins_with_the_heading_of_its_column():
    teams = [{"name": "A", "kind": "Service", "size": 3}, {"name": "B", "size": 4}]

    table = rendered(TABLE, caption="All teams", people="People", teams=teams)

    assert table == (
        '<table class="nhsuk-table osb-table-stacked osb-people" role="table">'
        '<caption class="nhsuk-table__caption nhsuk-u-visually-hidden">All teams</caption>'
        '<thead class="nhsuk-table__head" role="rowgroup"><tr role="row">'
        '<th scope="col" role="columnheader">Name</th>'
        '<th scope="col" role="columnheader">What it is</th>'
        '<th scope="col" role="columnheader">People</th></tr></thead>'
        '<tbody class="nhsuk-table__body" role="rowgroup">'
        '<tr role="row"><th scope="row" role="rowheader">A</th>'
        '<td role="cell" class="quiet">Service</td><td role="cell" data-label="People">3</td></tr>'
        '<tr role="row"><th scope="row" role="rowheader">B</th>'
        '<td role="cell" class="quiet"></td><td role="cell" data-label="People">4</td></tr>'
        "</tbody></table>"
    )


def test_no_space_stands_between_the_heading_of_a_card_and_its_words():
    row = '{% table "A" "B" %}{% row %}{% cell %}\n  c\n{% endcell %}{% endrow %}{% endtable %}'

    table = Template("{% load components %}" + row).render(Context())

    assert '<td role="cell" data-label="B">c</td>' in table


def test_nothing_in_a_table_is_markup_that_somebody_typed():
    typed = '"><script>'

    table = rendered(TABLE, caption=typed, people=typed, teams=[{"name": typed, "size": typed}])

    assert "<script" not in table
    assert table.count("&quot;&gt;&lt;script&gt;") == 5


def test_an_error_summary_says_that_there_is_a_problem_unless_it_is_told_what_else():
    page = (
        "{% load components %}{% error_summary title %}<li>{{ error }}</li>{% enderror_summary %}"
    )

    assert rendered(page, title="", error="<b>") == (
        '<div class="nhsuk-error-summary" data-module="nhsuk-error-summary"><div role="alert">'
        '<h2 class="nhsuk-error-summary__heading">There is a problem</h2>'
        '<div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list">'
        "<li>&lt;b&gt;</li></ul></div></div></div>"
    )
    assert ">Not saved yet</h2>" in rendered(page, title="Not saved yet", error="")
