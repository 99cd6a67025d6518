"""The overview of a plan: how many actions have each status, level and owner."""

from collections import Counter
from dataclasses import dataclass

from actionplans.models import Action
from actionplans.querysets import OPEN_STATUSES
from organisations.models import NAMELESS


@dataclass(frozen=True)
class Overview:
    """The numbers of a plan's actions, made from the rows of `ActionQuerySet.tally`."""

    rows: list[dict]

    @property
    def total(self) -> int:
        return sum(row["actions"] for row in self.rows)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """The numbers of actions by status: (value, label, number), without those that are 0."""
        counts: Counter = Counter()
        for row in self.rows:
            counts[row["status"]] += row["actions"]
        return [(s.value, str(s.label), counts[s]) for s in Action.Status if counts[s]]

    @property
    def levels(self) -> set[str]:
        """The levels that have an action."""
        return {row["level"] for row in self.rows}

    @property
    def overdue(self) -> int:
        return sum(row["late"] for row in self.rows)

    @property
    def proposed(self) -> int:
        return sum(row["actions"] for row in self.rows if row["status"] == Action.Status.PROPOSED)

    @property
    def needing_owner(self) -> int:
        return sum(
            row["actions"]
            for row in self.rows
            if row["status"] in OPEN_STATUSES and not row["owner"] and not row["owner_name"]
        )

    @property
    def owners(self) -> list[tuple[str, str]]:
        """The owners of actions, as choices of a filter: (value, name)."""
        names = {}
        for row in self.rows:
            if row["owner"]:
                names[f"account:{row['owner']}"] = row["owner__name"] or str(NAMELESS)
            elif row["owner_name"]:
                names[f"name:{row['owner_name']}"] = row["owner_name"]
        return sorted(names.items(), key=lambda owner: owner[1].casefold())
