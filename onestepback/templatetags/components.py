"""Components that stand around something, which an include cannot: tables and error summaries."""

from django import template
from django.template import Node
from django.template.base import token_kwargs
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html

register = template.Library()


@register.simple_block_tag
def error_summary(content, title=""):
    """{% error_summary %} <li>…</li> {% enderror_summary %}: what is wrong, above the heading."""
    return render_to_string("components/error_summary.html", {"title": title, "errors": content})


@register.tag
def table(parser, token):
    """{% table caption column column … css="…" %} rows {% endtable %}: on a phone, cards.

    {% row %} {% heading %}…{% endheading %} {% cell %}…{% endcell %} {% endrow %}: each cell of a
    card begins with the heading of its column, unless it is {% cell is_labelled=False %}.
    """
    _name, caption, *columns = token.split_contents()
    css = token_kwargs(columns[-1:], parser).get("css")
    if css:
        columns.pop()
    caption, *columns = map(parser.compile_filter, [caption, *columns])
    return TableNode(contents_of(parser, "table"), caption, columns, css)


@register.tag
def row(parser, _token):
    return RowNode(contents_of(parser, "row"))


@register.tag
def heading(parser, _token):
    return HeadingNode(contents_of(parser, "heading"))


@register.tag
def cell(parser, token):
    options = token_kwargs(token.split_contents()[1:], parser)
    return CellNode(contents_of(parser, "cell"), **options)


def contents_of(parser, name):
    contents = parser.parse([f"end{name}"])
    parser.delete_first_token()
    return contents


class TableNode(Node):
    def __init__(self, nodelist, caption, columns, css):
        self.nodelist, self.caption, self.columns, self.css = nodelist, caption, columns, css

    def render(self, context):
        columns = [conditional_escape(column.resolve(context)) for column in self.columns]
        with context.push(columns=columns):
            rows = self.nodelist.render(context)
        parts = {
            "caption": self.caption.resolve(context),
            "columns": columns,
            "css": self.css.resolve(context) if self.css else "",
            "rows": rows,
        }
        return render_to_string("components/table.html", parts)


# A list has hundreds of rows and cells, so they are no templates of their own, and a cell is told
# which column it stands in when the template is compiled.
class RowNode(Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist
        for number, cell_node in enumerate(nodelist.get_nodes_by_type((HeadingNode, CellNode))):
            cell_node.column = number

    def render(self, context):
        return format_html('<tr role="row">{}</tr>', self.nodelist.render(context))


class HeadingNode(Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        contents = self.nodelist.render(context)
        return format_html('<th scope="row" role="rowheader">{}</th>', contents)


class CellNode(Node):
    column: int

    def __init__(self, nodelist, css=None, is_labelled=None):
        self.nodelist, self.css, self.is_labelled = nodelist, css, is_labelled

    def render(self, context):
        css, label = "", ""
        if self.css:
            css = format_html(' class="{}"', self.css.resolve(context))
        if self.is_labelled is None or self.is_labelled.resolve(context):
            label = format_html(' data-label="{}"', context["columns"][self.column])
        return format_html('<td role="cell"{}{}>{}</td>', css, label, self.nodelist.render(context))
