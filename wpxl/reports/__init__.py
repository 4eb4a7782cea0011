"""Reports: tables in, tables out. `REPORTS` lists those made of a workbook's records, each loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..records import Records
    from .shape import Asked, Report


class Kind(NamedTuple):
    """A report of records. Its module has `report(records, asked) -> Report`."""

    id: str  # as `wpxl report` and the ribbon call it
    sheet: str  # the name of its worksheet
    says: str  # what it answers, one sentence
    asks: tuple[str, ...] = ()  # the fields of Asked that it goes by, besides the year and the date

    def make(self, records: Records, asked: Asked) -> Report:
        """Raises a Fault where the records do not hold what the report needs, or what was asked for is not in them."""
        made: Report = import_module(f"{__name__}.{self.id.replace('-', '_')}").report(records, asked)
        return made


_MODELS = ("learner_model", "school_model")
REPORTS = {
    kind.id: kind
    for kind in (
        Kind(
            "activity", "Activity report", "How well each activity was targeted, by its schools and by its learners.",
            ("activity", "basis", "school_model"),
        ),
        Kind(
            "types", "Activities by type", "Activities and those who attended, by type of activity and by term.",
            ("activity",),
        ),
        Kind(
            "effectiveness", "Targeting effectiveness", "Each measure's share in the target group beside its benchmark.",
            ("activity", *_MODELS),
        ),
        Kind(
            "participants", "Participants", "Who took part, by disability, ethnicity, care, gender and year group.",
            ("activity",),
        ),
        Kind(
            "school", "School", "Everything that was done with one school, and how many of its students took part.",
            ("school", "activity", *_MODELS),
        ),
        Kind(
            "organisations", "Organisations engaged", "The schools and colleges worked with, by priority band.",
            ("activity", "local_authority", "region", "school_model"),
        ),
        Kind(
            "learners", "Learner report", "Each learner: measures, decision, score and activities.",
            ("activity", "learner_model"),
        ),
        Kind(
            "summer-school", "Summer school ranking", "Applicants by selection score, ties shown.",
            ("activity", "learner_model"),
        ),
        Kind(
            "priorities", "School priorities", "The schools of an area by priority, their shares beside the national ones.",
            ("local_authority", "region", "school_model"),
        ),
        Kind(
            "plan", "Plan progress", "Access and participation plan targets by year, with numerators and denominators.",
            _MODELS,
        ),
        Kind("years", "Year on year", "This year's work beside the years before it.", _MODELS),
        Kind(
            "vintages", "IMD vintages", "Who changes status between IMD 2019 and IMD 2025.",
            ("activity", "learner_model", "vintages"),
        ),
        Kind(
            "partnership", "Partnership", "Several institutions together, learners they share counted once.",
            ("activity", "learner_model"),
        ),
    )
}  # fmt: skip
