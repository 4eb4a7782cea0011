"""What to ask where an occupation is too general to be classified: one question that settles it.

Keys are the words of a title in alphabetical order, as in the book. Each question is followed by the classes that its answers
can lead to, where they are few enough to be of use: a target of classes 4 to 8 may be certain before the question is asked.
"""

from __future__ import annotations

from ..domain.titles import words

WHAT_BUSINESS = "What kind of work does the business do, and does it have any staff?"
LAST_JOB = "What was the last main paid job? (None ever: that is class 8.)"
PAID_CARE = (
    "Is it paid care work (a care worker, class 6), or unpaid care for family (then: what was the last main paid job)?"
)
ONE_PARENT = "Which parent earns more? Put that parent's job alone, as HESA's rule has it."
THERE = "What is the job there?"
PLACES = frozenset(
    [
        "shop",
        "restaurant",
        "takeaway",
        "hotel",
        "pub",
        "hospital",
        "school",
        "office",
        "salon",
        "garage",
        "supermarket",
        "store",
        "bank",
    ]
)
_MADE = "What does the factory make, and is the work on machines, assembling or packing?"
_ASKED: dict[str, tuple[str, tuple[str, ...]]] = {
    "manager;general manager;management;assistant manager;line manager;operations manager;area manager;senior manager;"
    "department manager;regional manager;team manager;branch manager;deputy manager": (
        "Manager of what (a shop, an office, a factory …)?", ()),
    "director;company director;managing director;business director;md;coo;owner;partner": (
        "What does the company do, and do 25 or more people work there?", ()),
    "engineer;service engineer;engineering;senior engineer;design engineer;installation engineer;site engineer": (
        "What kind of engineer: a professional who designs, or a skilled trade such as maintenance, gas or vehicles?", ()),
    "consultant;adviser;analyst;specialist;coordinator;officer;inspector;controller;planner;agent;executive": (
        "In what field, and what is the full job title?", ()),
    "supervisor;team leader;foreman;chargehand": ("Supervisor of what kind of work?", ()),
    "assistant;worker;operative;staff;operator;attendant;representative;employee;general worker": (
        "What kind of work is it, and where?", ()),
    "technician": ("What kind of technician?", ()),
    "labourer;labouring;manual worker;general labourer": ("Labourer where: a building site, a factory or a farm?", ("6", "7")),
    "driver;driving": ("Driver of what: a lorry, a van, a bus, a taxi or a train?", ("4", "5", "7")),
    "machine operator;machinist;operator machine;machine operative;machine worker": (
        "What does the machine make: metal, food, textiles, wood or something else?", ("6", "7")),
    "production operative;factory operative;production worker;factory hand;process operative;process worker;production;"
    "production line worker;assembly line worker;manufacturing operative;production line operative;manufacturing;line worker;"
    "process operator;assembly line;assembly worker;assembly operative;manufacturing operator": (_MADE, ("5", "6", "7")),
    "civil servant;civil service": ("Which grade: AO or EO, HEO or SEO, grade 6 or 7, or higher?", ("1.1", "1.2", "2", "3")),
    "army;navy;raf;military;armed force;royal air force;royal navy;military personnel;service man;armed service;british army;"
    "in the armed forces;marine": ("An officer (class 1.1), or another rank (class 3)?", ("1.1", "3")),
    "merchant navy": ("An officer (class 2), or a rating (class 6)?", ("2", "6")),
    "police;police force;police service": (
        "A police officer up to sergeant (class 3), an inspector or above (class 1.1), or police staff?", ()),
    "project manager;programme manager": (
        "Project manager in what field: IT, building, engineering or business?", ("1.2", "2")),
    "sales;salesman;seller;sales person": ("Sales in a shop, by telephone, or to businesses?", ()),
    "trainer;instructor;coach": ("Trainer or instructor of what?", ()),
    "housekeeper;housekeeping": ("Housekeeper in a hotel or hospital, in a private house, or at home without pay?", ()),
    "lecturer;tutor": ("At a university (class 1.2), at a college (class 2), or private lessons?", ("1.2", "2", "3")),
    "landlord;landlady": ("Landlord of a pub (class 4), or of property that is let?", ("1.1", "4")),
    "volunteer;voluntary worker;voluntary work": (LAST_JOB, ()),
    "nhs;council;local council;local government;local authority;hospital;school;university;tesco;asda;sainsbury;morrison;aldi;"
    "lidl;amazon;supermarket;shop;office;bank;hotel;restaurant;pub;royal mail;government;charity;airport;"
    "jaguar land rover;mcdonald;nursery;care home;cafe;railway;network rail;post office;college;primark;argos;boots;b&q;"
    "marks and spencer": (THERE, ()),
    "it;finance;banking;marketing;education;logistics;hospitality;property;insurance;accounts;hr;human resources;law;media;"
    "transport;construction;telecoms;computing;computers;health;healthcare;social care;care;public sector;private sector;"
    "customer support;import export;agriculture;business;film;fashion;design;research;science;technology;oil;energy;steel": (
        "What is the job in that field?", ()),
}  # fmt: skip
ASKED = {tuple(sorted(words(t))): asked for ts, asked in _ASKED.items() for t in ts.split(";") if words(t)}


def question(found: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The question about some words, and the classes that its answers can lead to; None where none is prepared."""
    return ASKED.get(tuple(sorted(found)))
