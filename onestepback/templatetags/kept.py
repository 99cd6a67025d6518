"""Parts of pages that are the same for everybody are rendered once a language, and cached."""

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.tag
def kept(parser: Parser, _token: Token) -> Node:
    """{% kept %} … {% endkept %} caches words and addresses. A variable in it would be empty."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist)


class KeptNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.made: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.made:
            # Rendered without the page's context, so that nothing of one person can be kept.
            empty = Context()
            empty.template = context.template
            self.made[language] = self.nodelist.render(empty)
        return self.made[language]
