"""The cell functions, a family a module, each a few lines on top of the rooms below."""

from ..catalogue import CATALOGUE

CATALOGUE.announce(
    f"{__name__}.postcodes",
    f"{__name__}.schools",
    f"{__name__}.occupations",
    f"{__name__}.installed",
    f"{__name__}.learners",
    f"{__name__}.priorities",
    f"{__name__}.models",
    f"{__name__}.years",
    f"{__name__}.activities",
    f"{__name__}.checks",
)
