"""Which pairs of learners are worth comparing, from several keys, by numpy and in bounded memory.

A key that very many share (a date that stands in for "not known") is narrowed by the name before its pairs are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from .learners import Person

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CHUNK = 500_000  # pairs in hand at a time
WIDE = 250_000  # pairs that one value of a key may make
APART = 2  # letters by which last names may differ


class Side:
    """One of the two lists in columns. changed_over: with first and last names taken the other way round."""

    def __init__(self, people: Sequence[Person], changed_over: bool = False):
        named = [(p.last, p.first) if changed_over else (p.first, p.last) for p in people]
        self.first = [first for first, _ in named]
        self.last = [last for _, last in named]
        self.cores = np.array([last.core for last in self.last], object)
        self.many = np.array([len(last.words) != 1 for last in self.last], bool)  # several words, or none
        self.heat = [p.heat for p in people]
        self.home = [p.home for p in people]
        self.born = [p.born for p in people]
        self.parts = np.array([p.born or (0, 0, 0) for p in people], np.int64).reshape(-1, 3)
        self.homes = np.array([p.home or "" for p in people], object)


def pairs(mine: Sequence[Person], others: Sequence[Person] | None, changed_over: bool = False) -> tuple[Codes, Codes]:
    """Places in two lists, or in one (others is None; the lower first), that may be one learner. Each pair once."""
    a, b = Side(mine), Side(mine if others is None else others, changed_over)
    if not mine or not (mine if others is None else others):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    like = _Like(a, b)
    found = [np.empty(0, np.int64)]
    width = len(b.cores)
    for key in _keys(a, b, changed_over):
        for i, j in _meeting(*key, like.sounds, like.names):
            if others is None:
                i, j = np.minimum(i, j), np.maximum(i, j)
                i, j = i[i < j], j[i < j]
            kept = like.worth(i, j)
            found.append(np.unique(i[kept] * width + j[kept]))
    every = np.unique(np.concatenate(found))
    return every // width, every % width


def _keys(a: Side, b: Side, changed_over: bool) -> Iterator[tuple[Codes, Codes]]:
    sounds_a, sounds_b = ([(f.sound, n.sound) if f.words and n.words else None for f, n in zip(s.first, s.last, strict=True)]
                          for s in (a, b))  # fmt: skip
    yield _codes(sounds_a, sounds_b)
    if changed_over:
        return  # who is otherwise alike has the same sounds
    yield _codes(a.heat, b.heat)
    yield _codes(a.born, b.born)
    turned = [(y, d, m) if (y, m, d) != (y, d, m) else None for y, m, d in (day or (0, 0, 0) for day in b.born)]
    yield _codes(_with(a.born, a.last), _with(turned, b.last))
    year_a, year_b = ([day and day[0] for day in side.born] for side in (a, b))
    yield _codes(_with(year_a, a.last, a.first), _with(year_b, b.last, b.first))
    yield _codes(_with(a.home, a.last), _with(b.home, b.last))
    yield _codes(_with(a.home, first=a.first), _with(b.home, first=b.first))


def _with(values: Sequence[Any], last: Sequence[Any] | None = None, first: Sequence[Any] | None = None) -> list[Any]:
    """A key with the sound of the last name and the first letter of the first."""
    none = [None] * len(values)
    lasts = none if last is None else [n.sound for n in last]
    firsts = none if first is None else [n.joined[:1] for n in first]
    return [(v, x, y) if v else None for v, x, y in zip(values, lasts, firsts, strict=True)]


class _Like:
    """What can be said of many pairs at once: whether they may be alike at all."""

    def __init__(self, a: Side, b: Side):
        self.a, self.b = a, b
        self.sounds = _codes([n.sound for n in a.last], [n.sound for n in b.last])
        self.names = _codes(
            [(f.joined, n.joined) for f, n in zip(a.first, a.last, strict=True)],
            [(f.joined, n.joined) for f, n in zip(b.first, b.last, strict=True)],
        )
        self.heats, self.home = _codes(a.heat, b.heat), _codes(a.home, b.home)

    def worth(self, i: Codes, j: Codes) -> Mask:
        a, b = self.a, self.b
        day_a, day_b = a.parts[i], b.parts[j]
        agree = (day_a == day_b).sum(axis=1)
        turned = (day_a[:, 0] == day_b[:, 0]) & (day_a[:, 1] == day_b[:, 2]) & (day_a[:, 2] == day_b[:, 1])
        unborn = (day_a[:, 0] == 0) | (day_b[:, 0] == 0)
        at_home = (self.home[0][i] == self.home[1][j]) & (self.home[0][i] >= 0)
        same_names = self.names[0][i] == self.names[1][j]
        kept: Mask = (self.heats[0][i] == self.heats[1][j]) & (self.heats[0][i] >= 0)
        kept |= same_names & at_home
        kept |= at_home & (agree == 3) & ~unborn
        open_ = ((agree >= 2) | turned | unborn) & ~kept
        easy = (self.sounds[0][i] == self.sounds[1][j]) | a.many[i] | b.many[j]
        kept |= open_ & easy
        at = np.flatnonzero(open_ & ~easy)
        apart = cpdist(a.cores[i[at]].tolist(), b.cores[j[at]].tolist(), scorer=OSA.distance, score_cutoff=APART)
        kept[at[apart <= APART]] = True
        at = np.flatnonzero(~kept & same_names)
        apart = cpdist(a.homes[i[at]].tolist(), b.homes[j[at]].tolist(), scorer=OSA.distance, score_cutoff=1)
        kept[at[apart <= 1]] = True
        return kept


def _codes(a: Sequence[Any], b: Sequence[Any]) -> tuple[Codes, Codes]:
    """A number for each distinct value of two columns, -1 for None."""
    both = np.empty(len(a) + len(b), object)
    both[:] = [*a, *b]
    codes = np.asarray(pd.factorize(both)[0], np.int64)
    return codes[: len(a)], codes[len(a) :]


def _meeting(a: Codes, b: Codes, *finer: tuple[Codes, Codes]) -> Iterator[tuple[Codes, Codes]]:
    """All pairs with one value of a key, in portions; values that make too many are narrowed, and left if that is in vain."""
    for more in (*finer, None):
        size = int(max(np.max(a, initial=-1), np.max(b, initial=-1))) + 1
        pairs_of = np.bincount(a[a >= 0], minlength=size) * np.bincount(b[b >= 0], minlength=size)
        wide = np.append(pairs_of > WIDE, False)  # the last one: for -1
        if not wide.any():
            break
        if more is None:
            a, b = np.where(wide[a], -1, a), np.where(wide[b], -1, b)
            break
        top = int(max(np.max(part, initial=0) for part in more)) + 1
        made = [np.where(wide[c], size + c * top + x, c) for c, x in zip((a, b), more, strict=True)]
        numbers = np.unique(np.concatenate([[-1], *made]), return_inverse=True)[1].astype(np.int64) - 1
        a, b = numbers[1 : len(a) + 1], numbers[len(a) + 1 :]
    order = np.argsort(b, kind="stable")
    ranked = b[order]
    start, end = np.searchsorted(ranked, a, "left"), np.searchsorted(ranked, a, "right")
    counts = np.where(a >= 0, end - start, 0)
    total = np.cumsum(counts)
    done = 0
    while done < len(a):
        stop = int(np.searchsorted(total, (total[done - 1] if done else 0) + CHUNK, "right"))
        stop = max(stop, done + 1)
        n = counts[done:stop]
        i = np.repeat(np.arange(done, stop), n)
        within = np.arange(len(i)) - np.repeat(np.cumsum(n) - n, n)
        yield i, order[np.repeat(start[done:stop], n) + within]
        done = stop
