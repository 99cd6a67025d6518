"""Statements that are composed and compiled once a process, and asked again with other keys.

Django takes far longer to compose a rule of access and to compile it than the database to answer
it, and does both for every request. A `CompiledOnce` queryset composes nothing while it is built:
it writes down which of its methods were called (`Calls`). When its rows, their number or whether
there are any are asked for, the calls without their values are the key of a `Statement` that is
kept, and the values go into its parameters (a prepared statement, with its result columns).

This module knows no rule. Rules are methods of querysets; those that Django's own methods do not
write down by themselves, because they use expressions, are marked `@compiled_once`.

Nothing of anybody is kept: a statement is made twice, for two stand-ins that have a key and no
other fields, and where the two differ there is the place of a value. Rows are read anew each time.
Whatever cannot be kept is composed as Django does it, with the same answer. So is everything else
that is asked of such a queryset: whoever reads its `query` gets Django's own. See decision 20.
"""

import functools
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple, Self, cast, overload

from django.db import DatabaseError, connections, models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.query import DEFAULT_FETCH_MODE, MAX_GET_RESULTS, ModelIterable
from django.db.models.sql.query import Query

MOST_STATEMENTS = 2000  # kept in a process; the code has a few hundred
MOST_KEY = 2**31  # whole numbers that fit every column; Django itself looks at larger ones
MOST_LISTED = 256  # values of one list
MOST_ROWS_OF_A_PAGE = 100  # of a first page: its statement says their number
LOOKS_LIKE_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class NotKept(Exception):
    """The statement is not the same for everybody and at all times, or may not be."""


class NotWrittenDown(Exception):
    """A value that may change the statement itself."""


# --- Calls ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """The place of any value of a type; of a list of so many of them."""

    kind: type
    size: int | None = None


@dataclass(frozen=True)
class Constant:
    """A value that the code says, and nobody types: a name, an order, a status, nothing."""

    kind: type
    value: Any


class Call(NamedTuple):
    """A method that was called, and the shapes of what it was given."""

    name: str
    args: tuple[Any, ...]
    kwargs: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Calls:
    """Calls upon all rows of a model, in this order: the key of a kept statement."""

    queryset: "type[CompiledOnce[Any]]"
    model: type[models.Model]
    made: tuple[Call, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.made)

    def and_then(
        self, name: str, args: tuple[Any, ...] = (), kwargs: tuple[tuple[str, Any], ...] = ()
    ) -> "Calls":
        return Calls(self.queryset, self.model, (*self.made, Call(name, args, kwargs)))

    def slots(self) -> Iterator[Slot]:
        for _name, args, kwargs in self.made:
            for shape in (*args, *(shape for _key, shape in kwargs)):
                if isinstance(shape, Calls):
                    yield from shape.slots()
                elif isinstance(shape, Slot):
                    yield shape


def shape_of(value: Any, values: list[Any], *, typed: bool) -> Slot | Constant | Calls:
    """Replace a value among the calls by its shape. For a slot, the value is put to `values`.

    Text is a value of its own where people may have `typed` it, and a constant elsewhere.
    """
    kind = type(value)
    if value is None or kind is bool or isinstance(value, Enum) or (kind is str and not typed):
        return Constant(kind, value)
    if kind is datetime and value.tzinfo is None:
        raise NotWrittenDown
    if kind in (str, uuid.UUID, date, datetime) or (kind is int and 0 < value < MOST_KEY):
        values.append(value)
        return Slot(kind)
    if isinstance(value, models.Model):  # or what stands for one, as `request.user` does
        if type(value.pk) is not uuid.UUID and not (
            type(value.pk) is int and 0 < value.pk < MOST_KEY
        ):
            raise NotWrittenDown
        values.append(value)
        return Slot(value.__class__)
    if isinstance(value, CompiledOnce) and value._calls and value._result_cache is None:
        values.extend(value._given)
        return value._calls
    raise NotWrittenDown


def shape_of_condition(key: str, value: Any, values: list[Any], *, typed: bool) -> Any:
    """The shape of a named argument; a list may be what a column is to be one of."""
    if typed and key.endswith("__in") and isinstance(value, list | tuple | set | frozenset | dict):
        return shape_of_list(list(value), values)
    return shape_of(value, values, typed=typed)


def shape_of_list(listed: list[Any], values: list[Any]) -> Slot | Constant:
    """A longer list is filled up with its last value, so that few lengths are kept."""
    inner: list[Any] = []
    shapes = {shape_of(each, inner, typed=True) for each in listed}
    if shapes and all(isinstance(shape, Constant) for shape in shapes):
        return Constant(list, tuple(listed))
    if len(shapes) != 1 or len(inner) != len(listed) or len(listed) > MOST_LISTED:
        raise NotWrittenDown
    size = len(listed) if len(listed) <= 4 else 1 << (len(listed) - 1).bit_length()
    values.append(listed + listed[-1:] * (size - len(listed)))
    [shape] = shapes
    assert isinstance(shape, Slot)
    if shape.size is not None:
        raise NotWrittenDown
    return Slot(shape.kind, size)


# --- The queryset ---------------------------------------------------------------------------------


def as_written[Method: Callable[..., Any]](method: Method, *, typed: bool = False) -> Method:
    """The method, with its own types, written down if it is called with plain values."""

    @functools.wraps(method)
    def written_down(self: "CompiledOnce[Any]", *args: Any, **kwargs: Any) -> Any:
        return self._write_down(method, args, kwargs, typed=typed)

    return cast(Method, written_down)


def compiled_once[Method: Callable[..., Any]](method: Method) -> Method:
    """Marks a rule whose statement depends on nothing but the keys and names it is given.

    Not on the day, the language or the time zone, and not on anything of a person but the key.
    """
    rule: Any = as_written(method)
    rule.is_compiled_once = True
    return cast(Method, rule)


class CompiledOnce[Row: models.Model](models.QuerySet[Row]):
    """A queryset that writes down what is called upon it, and composes as late as it can."""

    # Django's own, which are private and have no types: tests/organisations/test_statements.py
    # looks whether they are still all there.
    _query: Query
    _db: str | None
    _hints: Any
    _fields: Any
    _for_write: bool
    _sticky_filter: bool
    _deferred_filter: Any
    _iterable_class: Any
    _fetch_mode: Any
    _known_related_objects: dict[Any, Any]
    _prefetch_related_lookups: tuple[Any, ...]

    _writes_down = True  # not while a statement is made
    _given: tuple[Any, ...] = ()  # the values of the slots of `_calls`

    def __init__(
        self,
        model: Any = None,
        query: Query | None = None,
        using: str | None = None,
        hints: Any = None,
    ) -> None:
        super().__init__(model, query, using, hints)
        self._calls = Calls(self.__class__, model)

    filter = as_written(models.QuerySet.filter, typed=True)
    exclude = as_written(models.QuerySet.exclude, typed=True)
    order_by = as_written(models.QuerySet.order_by)
    select_related = as_written(models.QuerySet.select_related)
    prefetch_related = as_written(models.QuerySet.prefetch_related)
    values = as_written(models.QuerySet.values)
    values_list = as_written(models.QuerySet.values_list)
    distinct = as_written(models.QuerySet.distinct)

    def _write_down(
        self, method: Any, args: Sequence[Any], kwargs: Mapping[str, Any], *, typed: bool
    ) -> Any:
        """A queryset with one call more; or with what the method itself answers."""
        if self._for_write or not (self._calls or self._is_untouched):
            return method(self, *args, **kwargs)
        values: list[Any] = []
        try:
            if method is models.QuerySet.filter and len(args) == 1 and not kwargs:
                kwargs = plain_conditions(args[0])
                args = ()
            given = tuple(shape_of(each, values, typed=typed) for each in args)
            named = tuple(
                (key, shape_of_condition(key, each, values, typed=typed))
                for key, each in kwargs.items()
            )
        except NotWrittenDown:
            return method(self, *args, **kwargs)
        return self._with(self._calls.and_then(method.__name__, given, named), values)

    @property
    def _is_untouched(self) -> bool:
        """True for all rows of a model, as long as calls are to be written down."""
        query = self._query
        return (
            self._writes_down
            and not self._sticky_filter
            and not self._deferred_filter
            and self._iterable_class is ModelIterable
            and not self._prefetch_related_lookups
            and not (query.where or query.annotations or query.alias_map or query.combinator)
            and not (query.select_related or query.order_by or query.distinct or query.is_sliced)
            and not (query.select_for_update or query.deferred_loading[0] or query.select)
        )

    def _with(self, calls: Calls, values: Sequence[Any] = ()) -> Self:
        clone = self.__class__(self.model, self._query, self._db, self._hints)
        clone._calls, clone._given = calls, (*self._given, *values)
        clone._known_related_objects = self._known_related_objects
        clone._fetch_mode = self._fetch_mode
        return clone

    # --- What can be called only upon Django's own --------------------------------------------

    @property
    def query(self) -> Query:
        if self._calls:
            self._compose()
        return super().query

    @query.setter
    def query(self, value: Query) -> None:
        models.QuerySet.query.fset(self, value)  # type: ignore[attr-defined]

    def _compose(self) -> None:
        """Become what Django makes of the calls with their values."""
        plain = composed(self._calls, self._given, self._db, self._hints)
        self._calls, self._given = Calls(self.__class__, self.model), ()
        self._query = plain.query
        self._take_over(plain)

    def _take_over(self, plain: "CompiledOnce[Any]") -> None:
        self._prefetch_related_lookups = plain._prefetch_related_lookups
        self._iterable_class = plain._iterable_class
        self._fields = plain._fields
        if plain._fetch_mode is not DEFAULT_FETCH_MODE:
            self._fetch_mode = plain._fetch_mode

    def _clone(self) -> Self:
        if self._calls:
            self._compose()
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._writes_down = self._writes_down
        return clone

    def all(self) -> Self:
        return self._with(self._calls) if self._calls else super().all()

    @overload
    def __getitem__(self, k: int) -> Row: ...
    @overload
    def __getitem__(self, k: slice) -> Self: ...
    def __getitem__(self, k: Any) -> Any:
        if self._calls and self._result_cache is None and is_first_page(k):
            return self._with(self._calls.and_then(f"[:{k.stop}]"))
        return super().__getitem__(k)

    # --- Asking -------------------------------------------------------------------------------

    def _statement(self, asked: str = "rows") -> "Statement | None":
        """The one that is kept for the calls; None if they are to be composed."""
        if not self._calls or self._result_cache is not None:
            return None
        return statement_of(self._calls, self.db, asked)

    def _fetch_all(self) -> None:
        if statement := self._statement():
            self._result_cache = list(statement.rows(self))
            self._take_over(statement.plain)
            self._prefetch_related_lookups = statement.lookups()
        elif self._calls and self._result_cache is None:
            self._compose()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[Row]:
        statement = self._statement()
        if statement and not statement.plain._prefetch_related_lookups:
            chunked = not connections[self.db].settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
            return statement.rows(self, chunked_fetch=chunked, chunk_size=chunk_size or 2000)
        if self._calls:
            self._compose()
            if self._prefetch_related_lookups and chunk_size is None:
                return iter(self)  # as a form's field asks that has not seen them before
        return super().iterator(chunk_size)

    @property
    def ordered(self) -> bool:
        statement = self._statement()
        return statement.plain.ordered if statement else super().ordered

    def count(self) -> int:
        statement = self._statement("count")
        return statement.one(self) if statement else super().count()

    def exists(self) -> bool:
        statement = self._statement("exists")
        return bool(statement.one(self)) if statement else super().exists()

    def contains(self, obj: models.Model) -> bool:
        is_row = isinstance(obj, self.model) and obj.pk is not None
        if self._calls and self._result_cache is None and is_row:
            return self.filter(pk=obj.pk).exists()
        return super().contains(obj)

    def first(self) -> Row | None:
        if self._calls and self._result_cache is None:
            return next(iter(self._with(self._calls.and_then("[first]"))), None)
        return super().first()

    def get(self, *args: Any, **kwargs: Any) -> Row:
        found = self.filter(*args, **kwargs) if args or kwargs else self
        if not found._calls or found._result_cache is not None:
            return super().get(*args, **kwargs)
        rows = found._with(found._calls.and_then("[get]"))
        model: Any = self.model
        name = model._meta.object_name
        if not rows:
            raise model.DoesNotExist(f"{name} matching query does not exist.")
        if len(rows) > 1:
            raise model.MultipleObjectsReturned(f"get() returned more than one {name}")
        return rows[0]


def plain_conditions(condition: Any) -> dict[str, Any]:
    """The conditions of a Q that are all to hold, as `filter` takes them; not written down else."""
    if isinstance(condition, models.Q) and not condition.negated:
        children: list[Any] = condition.children
        if condition.connector == models.Q.AND and all(isinstance(c, tuple) for c in children):
            found: dict[str, Any] = dict(children)
            if len(found) == len(children):
                return found
    raise NotWrittenDown


def is_first_page(k: Any) -> bool:
    if not isinstance(k, slice) or k.step is not None or k.start not in (None, 0):
        return False
    return type(k.stop) is int and 0 < k.stop <= MOST_ROWS_OF_A_PAGE


# --- Composing ------------------------------------------------------------------------------------


def composed(
    calls: Calls, values: Sequence[Any], using: str | None, hints: Any
) -> CompiledOnce[Any]:
    """Make the calls with these values, as Django would: the rules run as they are written."""
    queryset = calls.queryset(calls.model, using=using, hints=hints)
    queryset._writes_down = False
    rest = iter(values)
    for name, args, kwargs in calls.made:
        given = [real(shape, rest) for shape in args]
        named = {key: real(shape, rest) for key, shape in kwargs}
        queryset = called(queryset, name, given, named)
    return queryset


def real(shape: Any, rest: Iterator[Any]) -> Any:
    if isinstance(shape, Slot):
        return next(rest)
    if isinstance(shape, Calls):
        inner = [next(rest) for _slot in shape.slots()]
        return composed(shape, inner, None, None)
    return list(shape.value) if shape.kind is list else shape.value


def called(queryset: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if name == "[first]":  # as `QuerySet.first` and `get` do
        by_key = not queryset.ordered and queryset.query.default_ordering
        return (queryset.order_by("pk") if by_key else queryset)[:1]
    if name == "[get]":
        in_any_order = queryset.query.can_filter() and not queryset.query.distinct_fields
        return (queryset.order_by() if in_any_order else queryset)[:MAX_GET_RESULTS]
    if name.startswith("[:"):
        return queryset[: int(name[2:-1])]
    return getattr(queryset, name)(*args, **kwargs)


# --- Statements -----------------------------------------------------------------------------------

type Making = Callable[[Any, BaseDatabaseOperations], Any]
kept_statements: dict[tuple[Calls, str, str], "Statement | None"] = {}


def statement_of(calls: Calls, using: str, asked: str) -> "Statement | None":
    """The statement of these calls, made if there is none yet; None if it cannot be kept.

    Two threads may make the same one at once: either is as good.
    """
    key = calls, using, asked
    if key not in kept_statements and len(kept_statements) < MOST_STATEMENTS:
        kept_statements[key] = made(calls, using, asked)
    return kept_statements.get(key)


def made(calls: Calls, using: str, asked: str) -> "Statement | None":
    try:
        return Statement(calls, using, asked)
    except DatabaseError:
        raise
    except Exception:  # not to be kept; or a wrong call, which says so when it is composed
        return None


class Statement:
    """A compiled statement, and which of its parameters is made of which value."""

    def __init__(self, calls: Calls, using: str, asked: str):
        slots = list(calls.slots())
        self.asked = asked
        one, other = ([stand_in(s, turn, n) for n, s in enumerate(slots)] for turn in (1, 2))
        self.plain = composed(calls, one, using, None)
        self.compiler, self.sql, first = compiled(self.plain, using, asked)
        beside = composed(calls, other, using, None)
        _compiler, sql, second = compiled(beside, using, asked)
        if sql != self.sql or len(first) != len(second):
            raise NotKept("The statement depends on more than keys.")
        if prefetched(self.plain) != prefetched(beside):
            raise NotKept("What is prefetched depends on a key.")
        pairs = list(zip(flat(one), flat(other), strict=True))
        ops = connections[using].ops
        self.parameters = [parameter(*both, pairs, ops) for both in zip(first, second, strict=True)]

    def answer(self, queryset: CompiledOnce[Any]) -> tuple[str, tuple[Any, ...]]:
        """The statement with its parameters, for a queryset of the same calls."""
        values, ops = flat(queryset._given), connections[queryset.db].ops
        return self.sql, tuple(
            make if number is None else make(values[number], ops)
            for number, make in self.parameters
        )

    def rows(self, queryset: CompiledOnce[Any], **how: Any) -> Iterator[Any]:
        """The rows as they are now; Django makes objects of them as it does of its own query's."""
        compiler, answer = shallow(self.compiler), self.answer(queryset)
        compiler.connection = connections[queryset.db]
        compiler.as_sql = lambda *args, **kwargs: answer
        query: Any = shallow(self.plain.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        replay = shallow(self.plain)
        replay._query, replay._db, replay._hints = query, queryset._db, queryset._hints
        replay._known_related_objects = queryset._known_related_objects
        if replay._fetch_mode is DEFAULT_FETCH_MODE:
            replay._fetch_mode = queryset._fetch_mode
        return iter(replay._iterable_class(replay, **how))

    def lookups(self) -> tuple[Any, ...]:
        """Fresh lookups for `prefetch_related`, because Django writes into a lookup's queryset."""
        return tuple(
            each
            if isinstance(each, str)
            else models.Prefetch(
                each.prefetch_through,
                None if each.queryset is None else each.queryset.all(),
                each.to_attr,
            )
            for each in self.plain._prefetch_related_lookups
        )

    def one(self, queryset: CompiledOnce[Any]) -> Any:
        """The first column of the first row: a number, or whether there is any."""
        with connections[queryset.db].cursor() as cursor:
            cursor.execute(*self.answer(queryset))
            row = cursor.fetchone()
        return row[0] if row else None


def shallow[Thing](thing: Thing) -> Thing:
    """The same attributes in another object; `copy.copy` would make a queryset fetch its rows."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__)
    return twin


def flat(values: Sequence[Any]) -> list[Any]:
    return [each for value in values for each in (value if type(value) is list else [value])]


def count_of(query: Any, using: str) -> tuple[str, Sequence[Any]]:
    """As Django counts rows that are not sliced, grouped or distinct."""
    if query.distinct or query.is_sliced or query.combinator or query.group_by is not None:
        raise NotKept("Only rows of a plain statement are counted.")
    sql, parameters = query.exists(limit=False).get_compiler(using=using).as_sql()
    return f"SELECT COUNT(*) FROM ({sql}) counted", parameters


def prefetched(plain: CompiledOnce[Any]) -> list[Any]:
    """The lookups of `prefetch_related`, as text to compare."""
    return [
        each
        if isinstance(each, str)
        else (each.prefetch_to, None if each.queryset is None else str(each.queryset.all().query))
        for each in plain._prefetch_related_lookups
    ]


def compiled(plain: CompiledOnce[Any], using: str, asked: str) -> tuple[Any, str, Sequence[Any]]:
    """The compiler, which knows the columns; the statement; and its parameters."""
    if asked == "count":
        return None, *count_of(plain.query, using)
    query = plain.query.exists() if asked == "exists" else plain.query
    compiler = query.get_compiler(using=using)
    return compiler, *compiler.as_sql()


def stand_in(slot: Slot, turn: int, number: int) -> Any:
    """A value that no other slot has, nor the same one in the other turn."""
    if slot.size is not None:
        inner = Slot(slot.kind)
        return [stand_in(inner, turn, 1000 * (number + 1) + n) for n in range(slot.size)]
    number += turn * 10_100_000
    if slot.kind is int:
        return MOST_KEY - number
    if slot.kind is str:  # with all that a database wants escaped
        return f"%_\\'\"{number}"
    if slot.kind is uuid.UUID:
        return uuid.UUID(int=number << 64)
    if slot.kind is date:
        return date(1000, 1, 1) + timedelta(number % 300_000)
    if slot.kind is datetime:
        return datetime(1000, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    return row_with_a_key_alone(slot.kind, turn, number)


def row_with_a_key_alone(model: type[models.Model], turn: int, number: int) -> models.Model:
    """A row of which nothing else can be read: whatever asks for more is not kept."""
    key = model._meta.pk
    kind = uuid.UUID if isinstance(key, models.UUIDField) else int
    row = model.from_db(None, [key.attname], [stand_in(Slot(kind), turn, number)])
    row._state.fetch_mode = models.FETCH_RAISE
    return row


def parameter(first: Any, second: Any, pairs: list[Any], ops: Any) -> tuple[int | None, Any]:
    """The number of the value that a parameter is made of, and how; or None and a constant."""
    if same(first, second):
        if isinstance(first, date) or (isinstance(first, str) and LOOKS_LIKE_A_DATE.match(first)):
            raise NotKept("A date is not the same for ever.")
        return None, first
    for make in makings(first):
        for number, (one, other) in enumerate(pairs):
            if same(make(one, ops), first) and same(make(other, ops), second):
                return number, make
    raise NotKept("A parameter is made of a value in a way that is not known.")


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def makings(parameter: Any) -> Iterator[Making]:
    """The ways in which Django makes a parameter of this type of a value."""
    kind = type(parameter)
    yield lambda value, _ops: plain_key(value)
    if isinstance(parameter, int):  # PostgreSQL's numbers say how large they are
        yield lambda value, _ops: kind(number) if (number := int_of(value)) else None
    if kind is str:  # as SQLite keeps what it has no type for
        yield lambda value, _ops: key.hex if (key := uuid_of(value)) else None
        yield lambda value, ops: ops.adapt_datefield_value(value) if type(value) is date else None
        yield (
            lambda value, ops: (
                ops.adapt_datetimefield_value(value) if type(value) is datetime else None
            )
        )


def plain_key(value: Any) -> Any:
    """The key of a row, or a value that is no row."""
    if not isinstance(value, models.Model):
        return value
    if value.pk is None:
        raise ValueError(f"{value!r} was deleted since it was asked about.")
    return value.pk


def int_of(value: Any) -> int | None:
    key = plain_key(value)
    return key if type(key) is int else None


def uuid_of(value: Any) -> uuid.UUID | None:
    key = plain_key(value)
    return key if isinstance(key, uuid.UUID) else None
