"""People's names as lists have them: folded, by their sound, and how alike two of them are.

Lists spell one name with and without accents, hyphens, apostrophes and particles; what is left once those are set aside is
compared in words. The sound is our own, made for names in lists of England (Mohammed and Muhammad, Kathryn and Catherine,
Stephen and Steven sound alike): it only proposes, the letters that differ decide.

>>> name("Siân-Marie ").joined, name("van der Berg").core, name("Mr. José").words
('sianmarie', 'berg', ('jose',))
>>> [name(text).sound for text in ("Kathryn", "Catherine", "Mohammed", "Muhammad", "Geoffrey", "Jeffrey")]
['ktrn', 'ktrn', 'mt', 'mt', 'jfr', 'jfr']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA

# How two names agree, in the order of strength.
MISSING, DIFFERENT, INITIAL, PART, NEAR, SOUND, SHORT, SAME = range(8)

_OTHER_LETTERS = str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "'": None,
                                "’": None, "‘": None, "`": None, "ʼ": None, "´": None})  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+").findall
_TITLES = {"mr", "mrs", "miss", "ms", "mx", "dr", "master"}
_PARTICLES = {"de", "da", "do", "dos", "das", "del", "della", "di", "du", "van", "der", "den", "von", "zu", "la", "le", "al", "el",
              "ul", "bin", "ibn", "bint", "ben", "ap", "ab"}  # fmt: skip
# Names that often stand before the one that tells brothers apart.
_BEFORE = {"mohammed", "muhammad", "mohammad", "mohamed", "muhammed", "md", "mohd", "abdul", "abdal", "abu", "syed", "sayed",
           "sheikh"}  # fmt: skip
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^x", "s"), (r"^wh", "w"), (r"ph", "f"), (r"sch|sh|sz", "s"),
        (r"tch|ch(?=[eiou])", "c"), (r"ch", "k"), (r"gh(?=[^aeiou]|$)", ""), (r"g(?=[eiy])", "j"), (r"c(?=[eiy])", "s"),
        (r"[ckq]+", "k"), (r"x", "ks"), (r"[zs]+", "s"), (r"[vf]+", "f"), (r"[dt]+h?", "t"), (r"[bp]+", "p"),
        (r"^[aeiouy]+", "A"), (r"[aeiouhwy]+", " "),
    )
]  # fmt: skip
_TWICE = re.compile(r"(.)\1+")


class Name(NamedTuple):
    words: tuple[str, ...]  # folded, without titles
    joined: str  # all of them as one word
    core: str  # the same without particles
    sound: str


NOBODY = Name((), "", "", "")


def name(text: str | None) -> Name:
    """A first, middle or last name for comparing."""
    if not text:
        return NOBODY
    plain = text.casefold().translate(_OTHER_LETTERS)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    every = tuple(_WORDS(plain))
    words = tuple(word for word in every if word not in _TITLES) or every
    if not words:
        return NOBODY
    core = "".join(word for word in words if word not in _PARTICLES) or "".join(words)
    return Name(words, "".join(words), core, sounds(core))


def sounds(word: str) -> str:
    """A key that names which sound alike share: the consonants in order, and whether a vowel comes first."""
    out = word
    for pattern, sound in _SOUNDS:
        out = pattern.sub(sound, out)
    return _TWICE.sub(r"\1", out.replace(" ", "")).casefold()


def last_names(a: Name, b: Name) -> int:
    """How two last names agree: PART where one is a part of the other, as when a name was doubled by a hyphen."""
    if not a.words or not b.words:
        return MISSING
    if a.joined == b.joined or a.core == b.core:
        return SAME
    if len(a.words) + len(b.words) > 2:
        mine, yours = ({word for word in n.words if word not in _PARTICLES and len(word) > 1} for n in (a, b))
        if (mine and mine < yours) or (yours and yours < mine):
            return PART
    return _spelling(a.core, b.core, a.sound, b.sound)


def first_names(a: Name, b: Name, middle_a: Name, middle_b: Name, short: Mapping[str, Collection[str]]) -> int:
    """How two first names agree, with the middle names that may stand in either cell. short: name → its short forms, folded.

    PART: close, but brothers and sisters are named so, too: one begins with the other, or has a word of it, or an a at its end.
    """
    if not a.words or not b.words:
        return MISSING
    if a.joined == b.joined:
        return SAME
    if any(all(len(word) == 1 for word in n.words) for n in (a, b)):
        return INITIAL if a.joined[0] == b.joined[0] else DIFFERENT
    if _within(a.words, (*b.words, *middle_b.words)) or _within(b.words, (*a.words, *middle_a.words)):
        same_head = a.words[0] == b.words[0] and a.words[0] not in _BEFORE
        return SHORT if same_head else PART
    head_a, head_b = a.words[0], b.words[0]
    if head_b in short.get(head_a, ()) or head_a in short.get(head_b, ()):
        return SHORT
    how = _spelling(a.joined, b.joined, a.sound, b.sound)
    if how in (NEAR, SOUND) and _in_a(a) != _in_a(b) and sorted(a.joined) != sorted(b.joined):
        return PART  # Martin and Martina
    return PART if how in (NEAR, DIFFERENT) and _begins(a.joined, b.joined) else how


def middle_names_clash(a: Name, b: Name) -> bool:
    """Whether both have middle names that cannot be one: Ali and Hasan, but not Ali and A."""
    if not a.words or not b.words:
        return False
    one, other = a.words[0], b.words[0]
    if len(one) == 1 or len(other) == 1:
        return one[0] != other[0]
    return not (set(a.words) & set(b.words)) and _spelling(one, other, a.sound, b.sound) == DIFFERENT


def _within(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    return len(few) < len(many) and set(few) <= set(many)


def _spelling(a: str, b: str, sound_a: str, sound_b: str) -> int:
    shorter, longer = sorted((len(a), len(b)))
    apart = OSA.distance(a, b, score_cutoff=longer)
    if sound_a == sound_b and (apart <= 1 or (len(sound_a) > 1 and apart <= longer / 2)):
        return SOUND
    if (apart == 1 and longer >= 4) or (apart == 2 and shorter >= 7):
        return NEAR
    return DIFFERENT


def _in_a(of: Name) -> bool:
    return of.joined.rstrip("h").endswith("a")


def _begins(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a))
