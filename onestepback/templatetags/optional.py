"""A tag by which a template says that it can do without some of its names."""

from django import template

register = template.Library()


@register.tag
def optional(_parser, token):
    """{% optional back plan %} makes these names None if the including template leaves them out.

    In tests a name that does not exist is an error. This tag stands at the head of a component, or
    of a template that allauth fills in, and names those that need not be there.
    """
    return OptionalNode(token.split_contents()[1:])


class OptionalNode(template.Node):
    def __init__(self, names):
        self.names = names

    def render(self, context):
        for name in self.names:
            if name not in context:
                context[name] = None
        return ""
