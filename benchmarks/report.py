"""A table of measurements and their goals, and of all that fall short."""

from statistics import median

COLUMNS = "{:<3} {:<72} {:>9} {:>9} {:>6}  {:<8} {}"


class Report:
    def __init__(self, ours="product", theirs="floor"):
        self.rows, self.short = [], []
        self.columns = ours, theirs

    def ratio(self, number, what, ours, floors, *, least, optional=False):
        """Add milliseconds of CPU, compared round by round: the floor's divided by ours."""
        ratio = median(floor / our for our, floor in zip(ours, floors, strict=True))
        values = f"{median(ours):.2f} ms", f"{median(floors):.2f} ms", f"{ratio:.2f}"
        self._add(number, what, values, f"≥ {least:g}", ratio >= least, optional)

    def times(self, number, what, ours, others, *, most, digits=0):
        """Add milliseconds, compared round by round: ours divided by the others'."""
        ratio = median(our / other for our, other in zip(ours, others, strict=True))
        shown = [f"{median(times):.{digits}f} ms" for times in (ours, others)]
        self._add(number, what, (*shown, f"{ratio:.2f}"), f"≤ {most:g}", ratio <= most)

    def line(self, number, what, value, *, most=None, optional=False):
        shown = f"{value:,}" if isinstance(value, int) else f"{value:.2f}"
        goal = "" if most is None else f"≤ {most:,}"
        well = most is None or value <= most
        self._add(number, what, (shown, "", ""), goal, well, optional)

    def count(self, number, what, ours, floors, *, most):
        """Add numbers of queries, which must be the same for any number of rows, and small."""
        shown = [" ".join(str(n) for n in counts or ["–"]) for counts in (ours, floors)]
        well = max(ours) <= most and len(set(ours)) == 1
        self._add(number, what, (*shown, ""), f"≤ {most}", well)

    def note(self, sentence):
        """Add a sentence about something that makes a comparison less than fair."""
        self.short.append(sentence)

    def _add(self, number, what, values, goal, well, optional=False):
        verdict = "" if not goal else "yes" if well else "not yet" if optional else "SHORT"
        self.rows.append((number, what, *values, goal, verdict))
        if not well and not optional:
            self.short.append(f"{number} {what}: {values[2] or values[0]}, and the goal is {goal}")

    def show(self, about):
        print(f"{about}\n")
        print(COLUMNS.format("", "", *self.columns, "ratio", "goal", ""))
        for row in self.rows:
            print(COLUMNS.format(*row).rstrip())
        print("\nWhat falls short:" if self.short else "\nNothing falls short.")
        for sentence in self.short:
            print(f"  {sentence}")
