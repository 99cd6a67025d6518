"""A tag that names the variables which a template can do without."""

from django import template

register = template.Library()


@register.tag
def optional(_parser, token):
    """{% optional back plan %}: a caller may leave these names out, and they are None then.

    In tests a name that is not there is an error. This says at the head of a component, or of a
    template that allauth fills in, which of its names need not be there.
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
