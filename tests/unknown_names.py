"""A name in a template of ours that does not exist is an error in tests.

Django takes such a name for nothing: `{{ }}` shows nothing, `{% if %}` takes the other way. A page
then works, and does the wrong thing. The setting `string_if_invalid` is asked by `{{ }}` alone, so
this goes to where every tag looks names up, `Variable._resolve_lookup`; and to `{% blocktranslate
%}`, which looks up the names between its tags by itself. `Node.render_annotated` says which tag of
which file is being rendered, since templates extend and include each other.

A template says with `{% optional %}` what it can do without. Templates of Django, of the admin and
of allauth's own packages are not ours.
"""

from contextvars import ContextVar

from django.conf import settings
from django.template.base import Node, Variable, VariableDoesNotExist, VariableNode
from django.templatetags.i18n import BlockTranslateNode

OURS = settings.BASE_DIR / "templates"
being_rendered = ContextVar("being_rendered", default=None)


class UnknownName(BaseException):
    """A BaseException, because `{% if not … %}` and some views swallow every Exception."""


def raise_unknown_names():
    """Patch Django for this process, so that an unknown name raises UnknownName."""
    render_annotated, render = Node.render_annotated, BlockTranslateNode.render
    resolve_lookup = Variable._resolve_lookup

    def rendered(node, context):
        outer = being_rendered.set(node)
        try:
            return render_annotated(node, context)
        finally:
            being_rendered.reset(outer)

    def looked_up(variable, context):
        try:
            return resolve_lookup(variable, context)
        except VariableDoesNotExist as unknown:
            complain(str(variable), unknown)
            raise

    def translated(node, context, nested=False):
        own = {*node.extra_context, node.countervar}
        for name in names_between(node):
            if name not in own and name not in context:
                complain(name)
        return render(node, context, nested)

    Node.render_annotated, BlockTranslateNode.render = rendered, translated
    Variable._resolve_lookup = looked_up


def names_between(node):
    """The names in a text that is to be translated."""
    for tokens in (node.singular, node.plural or []):
        _text, names = node.render_token_list(tokens)
        yield from names


def complain(name, unknown=None):
    """Raise an error that names the template, the line and the name, if the template is ours."""
    node = being_rendered.get()
    path = str(node.origin) if node else ""
    if path.startswith(f"{OURS}/"):
        where = f"{path.removeprefix(f'{OURS}/')}, line {node.token.lineno}"
        tag = "{{ %s }}" if isinstance(node, VariableNode) else "{%% %s %%}"
        asks = tag % node.token.contents
        raise UnknownName(f"{where}: {asks} asks for {name}, and there is none") from unknown
