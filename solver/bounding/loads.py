"""The cheapest load: from the cheapest days of a row (an envoy) to its cheapest horizon.

With `day[k]` the cheapest day of k slots

- a week: `f[d + 1, j + k] = min f[d, j] + day[d, k]`, and for stays of n days
  `f[d + n, j + 2n] = min f[d, j] + stay[n, d]`, with j at most the week's limit;
- the horizon: `F[w + 1, t + j] = min F[w, t] + week[w, j]`, with t at most the total limit;
- in the end `min F[t] + fairness(t)`.

Everything is a 64-bit integer, so that the values are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from solver.bounding.runs import NEVER
from solver.facts import Ints


@dataclass(frozen=True)
class Frame:
    """Limits and fairness by row, and the calendar.

    Attributes:
        weeks: Days of each week.
        lengths: Slots of the stays that there are, each of several days.
        week_cap, total_cap: Slots per row: shape [r].
        fairness: Scaled cost by row and load; its width is the largest load and one: [r, t].
    """

    weeks: tuple[tuple[int, ...], ...]
    lengths: tuple[int, ...]
    week_cap: Ints
    total_cap: Ints
    fairness: Ints

    def rows(self, which: Ints) -> Frame:
        """The frame of some rows, perhaps several times the same."""
        return Frame(
            self.weeks,
            self.lengths,
            self.week_cap[which],
            self.total_cap[which],
            self.fairness[which],
        )


@dataclass(frozen=True)
class DayCosts:
    """Scaled cost of the cheapest day with one slot and with two, and of stays by first day.

    All of shape [r, d]; `NEVER` where there is none.
    """

    one: Ints
    two: Ints
    stays: dict[int, Ints]

    def of(self, length: int) -> Ints:
        """By the number of slots."""
        return self.one if length == 1 else self.two if length == 2 else self.stays[length]


class Loads:
    """One pass of the programmes, forward for the values and back for the choices.

    `value` comes first; the rest is read from what it leaves behind.
    """

    def __init__(self, frame: Frame, days: DayCosts) -> None:
        self._frame, self._days = frame, days
        self._rows = len(frame.week_cap)
        self._most = frame.fairness.shape[1] - 1

    def value(self) -> Ints:
        """Cheapest cost per row."""
        frame = self._frame
        self._weeks = [self._week(days) for days in frame.weeks]
        start = np.full((self._rows, self._most + 1), NEVER, dtype=np.int64)
        start[:, 0] = 0
        self._totals = [start]
        for table in self._weeks:
            self._totals.append(self._longer(self._totals[-1], table[-1]))
        final = self._totals[-1] + frame.fairness
        final[np.arange(self._most + 1)[None, :] > frame.total_cap[:, None]] = NEVER
        self._load = final.argmin(axis=1)
        found: Ints = final.min(axis=1)
        return found

    def _week(self, days: Sequence[int]) -> list[Ints]:
        """Cheapest cost before each day of a week, by the slots so far: [r, j]."""
        frame, costs = self._frame, self._days
        cap = min(2 * len(days), int(frame.week_cap.max(initial=0)))
        too_much = np.arange(cap + 1)[None, :] > frame.week_cap[:, None]
        shape = (self._rows, cap + 1)
        table = [np.full(shape, NEVER, dtype=np.int64) for _ in range(len(days) + 1)]
        table[0][:, 0] = 0
        for n, day in enumerate(days):
            now, later = table[n], table[n + 1]
            np.minimum(later, now, out=later)
            for length in (1, 2, *frame.lengths):
                span = (length + 1) // 2
                if length <= cap and n + span <= len(days):
                    step = now[:, : cap + 1 - length] + costs.of(length)[:, [day]]
                    after = table[n + span]
                    np.minimum(after[:, length:], step, out=after[:, length:])
            later[too_much] = NEVER
            np.minimum(later, NEVER, out=later)
        return table

    def _longer(self, before: Ints, week: Ints) -> Ints:
        after = np.full_like(before, NEVER)
        for slots in range(min(week.shape[1], before.shape[1])):
            step = before[:, : before.shape[1] - slots] + week[:, [slots]]
            np.minimum(after[:, slots:], step, out=after[:, slots:])
        np.minimum(after, NEVER, out=after)
        return after

    def around(self) -> dict[int, Ints]:
        """The least that everything costs beside a day (or stay) of so many slots: [r, d].

        Added to the cost of any such day it is the least cost of a horizon with this day in it.
        """
        frame = self._frame
        found = {
            length: np.full(self._days.one.shape, NEVER, dtype=np.int64)
            for length in (1, 2, *frame.lengths)
        }
        after = frame.fairness.copy()
        after[np.arange(self._most + 1)[None, :] > frame.total_cap[:, None]] = NEVER
        for w in range(len(frame.weeks) - 1, -1, -1):
            self._around_week(w, self._beside_week(w, after), found)
            after = self._shorter(after, self._weeks[w][-1])
        return found

    def _beside_week(self, w: int, after: Ints) -> Ints:
        """Least cost of all other weeks if this one has so many slots: [r, j]."""
        width = self._weeks[w][-1].shape[1]
        beside = np.full((self._rows, width), NEVER, dtype=np.int64)
        for slots in range(min(width, self._most + 1)):
            ways = self._totals[w][:, : self._most + 1 - slots] + after[:, slots:]
            beside[:, slots] = ways.min(axis=1)
        beside[np.arange(width)[None, :] > self._frame.week_cap[:, None]] = NEVER
        return np.minimum(beside, NEVER)

    def _shorter(self, after: Ints, week: Ints) -> Ints:
        """Least cost from a week on, by the slots before it: [r, t]."""
        before = np.full_like(after, NEVER)
        for slots in range(min(week.shape[1], self._most + 1)):
            step = after[:, slots:] + week[:, [slots]]
            head = before[:, : self._most + 1 - slots]
            np.minimum(head, step, out=head)
        return np.minimum(before, NEVER)

    def _around_week(self, w: int, beside: Ints, found: dict[int, Ints]) -> None:
        days, table = self._frame.weeks[w], self._weeks[w]
        cap = beside.shape[1] - 1
        later = [beside]
        for n in range(len(days) - 1, -1, -1):
            now = later[0].copy()
            for length in found:
                span = (length + 1) // 2
                if length > cap or n + span > len(days):
                    continue
                rest = later[span - 1][:, length:]
                found[length][:, days[n]] = (table[n][:, : cap + 1 - length] + rest).min(axis=1)
                head = now[:, : cap + 1 - length]
                np.minimum(head, rest + self._days.of(length)[:, [days[n]]], out=head)
            later.insert(0, np.minimum(now, NEVER))

    def choices(self) -> Iterator[tuple[Ints, int, int]]:
        """Rows, first day and slots of what the cheapest loads are made of.

        The same sums, followed back to where they came from.
        """
        load, everyone = self._load.copy(), np.arange(self._rows)
        for w in range(len(self._frame.weeks) - 1, -1, -1):
            week, before, after = self._weeks[w][-1], self._totals[w], self._totals[w + 1]
            taken = np.full(self._rows, -1, dtype=np.int64)
            target = after[everyone, load]
            for slots in range(week.shape[1]):
                earlier = np.maximum(load - slots, 0)
                fits = (load >= slots) & (taken < 0)
                fits &= before[everyone, earlier] + week[:, slots] == target
                taken[fits] = slots
            yield from self._week_back(w, taken)
            load = load - taken

    def _week_back(self, w: int, slots: Ints) -> Iterator[tuple[Ints, int, int]]:
        table, days = self._weeks[w], self._frame.weeks[w]
        left = slots.copy()
        at = np.full(len(left), len(days), dtype=np.int64)
        for n in range(len(days), 0, -1):
            here = np.flatnonzero((at == n) & (left > 0))
            target = table[n][here, left[here]]
            idle = table[n - 1][here, left[here]] == target
            at[here[idle]] = n - 1
            here, target = here[~idle], target[~idle]
            for length in (1, 2, *self._frame.lengths):
                first = n - (length + 1) // 2
                if first < 0 or not len(here):
                    continue
                before = left[here] - length
                cost = self._days.of(length)[here, days[first]]
                fits = before >= 0
                fits &= table[first][here, np.maximum(before, 0)] + cost == target
                yield here[fits], days[first], length
                left[here[fits]] -= length
                at[here[fits]] = first
                here, target = here[~fits], target[~fits]
