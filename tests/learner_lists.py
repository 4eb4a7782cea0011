"""Made-up lists of learners in which it is known who is there twice, how the second row differs, and who only looks alike."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from wpxl.imports.shape import Column, Listing


def words(text: str) -> list[str]:
    return text.split()


FIRST = words(
    "Olivia Amelia Isla Ava Mia Freya Florence Lily Emily Sophia Grace Evie Ella Charlotte Poppy Isabella Daisy Sienna "
    "Rosie Alice Ruby Phoebe Sofia Maya Matilda Willow Evelyn Hannah Elizabeth Eleanor Jessica Chloe Erin Zara Aisha "
    "Fatima Maryam Zainab Layla Holly Molly Imogen Abigail Bethany Megan Katie Lucy Emma Georgia Lauren Rebecca Victoria "
    "Samantha Jasmine Priya Anjali Amina Khadija Ngozi Chioma Oliver George Noah Arthur Harry Leo Muhammad Jack Charlie "
    "Oscar Jacob Henry Thomas Freddie Alfie Theo William Archie Joshua Alexander James Isaac Lucas Edward Samuel Joseph "
    "Ethan Daniel Benjamin Mohammed Logan Jake Toby Ryan Callum Connor Adam Nathan Cameron Luke Aaron Michael David "
    "Christopher Robert Anthony Nicholas Matthew Andrew Jonathan Timothy Yusuf Ibrahim Hamza Omar Bilal Arjun Rohan "
    "Kwame Kofi Emeka Tariq Zachary Patrick Dominic Gregory Frederick Catherine Stephen Jamie Owen Rhys Dylan Sian Cerys "
    "Niamh Aoife Ciaran Declan Jade "
)
LAST = words(
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Khan Ali Ahmed Hussain Begum Singh Kaur Evans Thomas "
    "Roberts Walker Wright Robinson Thompson White Hughes Edwards Green Hall Wood Harris Lewis Martin Jackson Clarke "
    "Clark Turner Hill Cooper Morris Ward Moore King O'Brien Murphy Kelly Ng Chen Nguyen Okafor Mensah Osei Adeyemi Shah "
    "Mahmood Akhtar Miah Rahman Chowdhury Kowalski Nowak Silva Costa "
)
LAST += [a + b for a in words("Ash Brad Cal Dun East Far Gran Had Kings Lang Mar North Pres Ray Staf Thorn Wake West Whit Black")
         for b in words("ford ley ton wood worth ham field shaw combe wick burn gate hurst man well croft")]  # fmt: skip
SHORT = dict(pair.split(":") for pair in words(
    "Elizabeth:Liz Thomas:Tom Benjamin:Ben Samuel:Sam Alexander:Alex Christopher:Chris Katie:Kate Rebecca:Becky "
    "Joshua:Josh Matthew:Matt Jonathan:Jon William:Will Daniel:Dan Michael:Mike Edward:Ted Joseph:Joe Abigail:Abi "
    "Victoria:Vicky Robert:Rob Nicholas:Nick Timothy:Tim Frederick:Fred Catherine:Cath Jessica:Jess James:Jim "
    "Isabella:Izzy Samantha:Sam Zachary:Zac Patrick:Paddy Gregory:Greg Eleanor:Ellie "
))  # fmt: skip
SPELT = dict(pair.split(":") for pair in words(
    "Mohammed:Mohamed Aisha:Ayesha Catherine:Kathryn Stephen:Steven Sophia:Sofia Sian:Siân Zara:Zarah Freya:Freyja "
    "Isla:Islah Yusuf:Yousef Hannah:Hanna Maryam:Mariam Jamie:Jaime Dylan:Dillon Rhys:Reece Georgia:Jorja Clark:Clarke "
    "Megan:Meghan Erin:Eryn Tariq:Tarik "
))  # fmt: skip
FEW_NAMES = (
    words(
        "Muhammad Mohammed Ali Hassan Hussain Ahmed Ibrahim Yusuf Aisha Fatima Maryam Zainab Khadija Amina Hamza Omar Bilal "
        "Abdullah Usman Zara Sana Hira Iqra Haris Hamid Hamed Ayaan Rayan Zayan Ayan"
    ),
    words("Khan Ali Ahmed Hussain Begum Akhtar Miah Rahman Chowdhury Shah Mahmood Malik Iqbal Hussein Uddin"),
)  # in some schools most learners share a few names


@dataclass(frozen=True)
class Learner:
    first: str
    last: str
    born: tuple[int, int, int] | None
    postcode: str | None


def _birthday(r: random.Random) -> tuple[int, int, int]:
    return r.randrange(2005, 2012), r.randrange(1, 13), r.randrange(1, 29)


def _home(r: random.Random) -> str:
    outward, letters = f"{r.choice(('B', 'CV', 'DY', 'WS', 'WV', 'TF'))}{r.randrange(1, 40)}", "ABDEFGHJLNPQRSTUWXYZ"
    return f"{outward} {r.randrange(10)}{r.choice(letters)}{r.choice(letters)}"


def population(n: int, r: random.Random, names: tuple[list[str], list[str]] = (FIRST, LAST)) -> list[Learner]:
    """n different learners: two in a hundred have a twin, one in ten has a sister or brother in the list."""
    weights, lasts = ([1 / (5 + at) for at in range(len(pool))] for pool in names)
    out: list[Learner] = []
    while len(out) < n:
        one = Learner(r.choices(names[0], weights)[0], r.choices(names[1], lasts)[0], _birthday(r), _home(r))
        out.append(one)
        kind, other = r.random(), r.choices(names[0], weights)[0]
        if other == one.first or kind > 0.12:
            continue
        out.append(replace(one, first=other) if kind < 0.02 else replace(one, first=other, born=_birthday(r)))
    r.shuffle(out)
    return out[:n]


def slip(word: str, r: random.Random) -> str:
    """A slip of the hand: a letter left out, doubled, replaced, or two changed over."""
    at, kind = r.randrange(1, max(2, len(word) - 1)), r.randrange(4)
    if kind == 0 and len(word) > 4:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + r.choice("aeiorstln") + word[at + 1 :]
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def _day_month(one: Learner, r: random.Random) -> Learner:
    year, month, day = one.born or (0, 0, 0)
    return replace(one, born=(year, day, month) if day <= 12 else one.born)


def _near_day(one: Learner, r: random.Random) -> Learner:
    year, month, day = one.born or (0, 0, 0)
    return replace(one, born=(year, month, day % 28 + 1))


CHANGES: dict[str, Callable[[Learner, random.Random], Learner]] = {
    "exact": lambda one, r: one,
    "case and accents": lambda one, r: replace(one, first=one.first.upper(), last=one.last.replace("'", " ").lower()),
    "first name mistyped": lambda one, r: replace(one, first=slip(one.first, r)),
    "last name mistyped": lambda one, r: replace(one, last=slip(one.last, r)),
    "names changed over": lambda one, r: replace(one, first=one.last, last=one.first),
    "nickname": lambda one, r: replace(one, first=SHORT.get(one.first, one.first)),
    "spelt otherwise": lambda one, r: replace(one, first=SPELT.get(one.first, one.first)),
    "moved house": lambda one, r: replace(one, postcode=_home(r)),
    "postcode mistyped": lambda one, r: replace(one, postcode=(one.postcode or "")[:-1] + r.choice("ABDEFGH")),
    "day and month changed over": _day_month,
    "day mistyped": _near_day,
    "last name doubled": lambda one, r: replace(one, last=f"{one.last}-{r.choice(LAST)}"),
    "middle name in the first": lambda one, r: replace(one, first=f"{one.first} {r.choice(FIRST)}"),
    "no date of birth": lambda one, r: replace(one, born=None),
    "no postcode": lambda one, r: replace(one, postcode=None),
    "moved house, nickname": lambda one, r: replace(one, first=SHORT.get(one.first, one.first), postcode=_home(r)),
    "moved house, mistyped": lambda one, r: replace(one, last=slip(one.last, r), postcode=_home(r)),
    "both names mistyped": lambda one, r: replace(one, first=slip(one.first, r), last=slip(one.last, r)),
    "no date of birth, mistyped": lambda one, r: replace(one, born=None, last=slip(one.last, r)),
    "no date of birth, moved house": lambda one, r: replace(one, born=None, postcode=_home(r)),  # often past finding
    "nickname, day and month changed over": lambda one, r: _day_month(
        replace(one, first=SHORT.get(one.first, one.first)), r
    ),
}


def copies(people: list[Learner], share: float, r: random.Random) -> list[tuple[int, Learner, str]]:
    """Second rows of some people: whose they are, the row, and how it differs."""
    kinds = list(CHANGES)
    chosen = r.sample(range(len(people)), int(len(people) * share))
    return [
        (i, CHANGES[kind](people[i], r), kind)
        for i, kind in ((i, kinds[at % len(kinds)]) for at, i in enumerate(chosen))
    ]


def listing(people: list[Learner], ids: list[str] | None = None, first_row: int = 2) -> Listing:
    cells = {
        "first_name": [p.first for p in people],
        "last_name": [p.last for p in people],
        "date_of_birth": [p.born and f"{p.born[2]:02}/{p.born[1]:02}/{p.born[0]}" for p in people],
        "postcode": [p.postcode for p in people],
    }
    if ids is not None:
        cells["heat_id"] = list(ids)
    return Listing("List", first_row, tuple(Column(field, field, list(values)) for field, values in cells.items()))


def exact(a: Learner, b: Learner) -> bool:
    """What people do without us: the same name and date of birth, whatever the case."""
    return a.born is not None and (a.first.casefold(), a.last.casefold(), a.born) == (
        b.first.casefold(),
        b.last.casefold(),
        b.born,
    )
