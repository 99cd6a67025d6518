"""The rules of privacy: the only place that decides how much of a round is shown.

Nothing here asks the database or makes a page. Somebody who does not program should be able to
check it: each rule is one short function, and the sentence in it is the promise. (The technique is
called statistical disclosure control, with a minimum group size, as in k-anonymity.)

A *group* is everybody who finished a level (of the Individual level: and said that their answers
may count), or one part of them: the staff, or the partners.
"""

from dataclasses import dataclass, field

from reflections.models import Level, Perspective

CONFIDENTIAL, NAMED = "confidential", "named"


# --- The rules ------------------------------------------------------------------------------------


def group_is_shown(size: int, minimum: int) -> bool:
    """Nothing about a group of fewer people than the minimum is ever shown."""
    return size >= minimum


def parts_are_shown(staff: int, partners: int, minimum: int) -> bool:
    """Staff and partners are shown side by side if both are enough, or neither is shown.

    If only one part were shown, taking it away from the whole would show the other.
    """
    return staff >= minimum and partners >= minimum


def movement_is_shown(now_is_shown: bool, before_is_shown: bool) -> bool:
    """Movement since the last round is shown only where both rounds are."""
    return now_is_shown and before_is_shown


def counts(level: str, author_said_yes: bool | None) -> bool:
    """Answers about oneself count only if their author said so; all others do."""
    return level != Level.INDIVIDUAL or author_said_yes is True


def may_be_shared(level: str) -> bool:
    """Words about oneself, at the Individual level, are never read by others, in any round."""
    return level != Level.INDIVIDUAL


def is_shared(level: str, author_said_yes: bool | None) -> bool:
    """A text is read by others only if its author said so. Not having said is no."""
    return may_be_shared(level) and author_said_yes is True


def texts_are_shown(sharing: str, group_size: int, minimum: int) -> bool:
    """Shared texts appear only where the group is large enough, unless names are agreed on."""
    return sharing == NAMED or group_is_shown(group_size, minimum)


def names_are_shown(sharing: str, level: str) -> bool:
    """Names beside answers are shown in named rounds only, and never at the Individual level."""
    return sharing == NAMED and level != Level.INDIVIDUAL


def how_many_to_say(finished: int, minimum: int) -> int:
    """The number of people who have finished, as everybody sees it while a round is open.

    It is 0 below the minimum; then the minimum; then it goes up in tens. So nobody can see one
    person finish.
    """
    if finished < minimum:
        return 0
    return max(minimum, finished // 10 * 10)


# --- Applying them to the counts of one level ---------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """The raw counts of one group at one level. It never leaves this process.

    `now` and `wanted` count ratings by question: {key: {rating: people}}; `barrier` counts the
    answers yes, no and none to the question what gets in the way.
    """

    size: int = 0
    now: dict[str, dict[int | None, int]] = field(default_factory=dict)
    wanted: dict[str, dict[int | None, int]] = field(default_factory=dict)
    barrier: dict[bool | None, int] = field(default_factory=dict)

    def plus(self, other: "Tally") -> "Tally":
        """Both groups as one."""
        return Tally(
            self.size + other.size,
            sums_of(self.now, other.now),
            sums_of(self.wanted, other.wanted),
            sum_of(self.barrier, other.barrier),
        )


def sums_of[Key, Each](
    one: dict[Key, dict[Each, int]], other: dict[Key, dict[Each, int]]
) -> dict[Key, dict[Each, int]]:
    return {key: sum_of(one.get(key, {}), other.get(key, {})) for key in {**one, **other}}


def sum_of[Key](one: dict[Key, int], other: dict[Key, int]) -> dict[Key, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


@dataclass(frozen=True)
class Protected:
    """The counts of a level that may be shown: of the whole group, of its two parts, or none."""

    everybody: Tally | None = None
    parts: dict[str, Tally] | None = None


def protect(tallies: dict[str, Tally], *, minimum: int, compares_perspectives: bool) -> Protected:
    """The counts of a level by perspective, as far as they may be shown."""
    staff = tallies.get(Perspective.STAFF, Tally())
    partners = tallies.get(Perspective.PARTNER, Tally())
    everybody = staff.plus(partners)
    if not group_is_shown(everybody.size, minimum):
        return Protected()
    if compares_perspectives and parts_are_shown(staff.size, partners.size, minimum):
        parts = {Perspective.STAFF.value: staff, Perspective.PARTNER.value: partners}
        return Protected(everybody, parts)
    return Protected(everybody)
