"""How people write occupations: the words that name the job, and what else they say in passing.

"Self employed plumber, 3 staff" names a plumber who employs others; "nurse (retired)" a nurse who no longer works;
"n/a" nobody. Nothing here knows which occupations there are.

>>> read("Self-employed Plumbers (with 3 staff)")[:4]
(('plumber',), ('plumber',), 'employer', 'small')
>>> read("nurse (retired)").out_of_work, read("prefer not to say (998)").kind, read("full time mum").kind
(True, 'not given', 'home')
>>> words("Drivers of lorries"), words("Assistants, sales")
(('driver', 'lorry'), ('assistant', 'sale'))
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

NOT_GIVEN, STUDENT, HOME, NEVER, UNPAID_CARER, CARER, NO_JOB = (
    "not given", "student", "home", "never worked", "unpaid carer", "carer", "no job",
)  # fmt: skip


class Reading(NamedTuple):
    """What a cell says."""

    words: tuple[str, ...]  # all that may name the job, in order
    first: tuple[str, ...]  # those before "at", "for", "in" …: the job without its place
    status: str | None  # employer, self_employed, manager, supervisor
    size: str | None  # large, small
    kind: str  # one of the constants above, or ""
    out_of_work: bool  # retired, unemployed …: the words are then of the latest job
    text: str  # the cell without what was understood as status or circumstance


def of_both_parents(cell: str) -> bool:
    """Whether a cell speaks of a mother and a father: two people's jobs."""
    text = plain(cell)
    return bool(_MOTHER.search(text) and _FATHER.search(text))


def each_of(text: str) -> frozenset[str]:
    """The words of a text as a set: long lists of words read better so."""
    return frozenset(text.split())


SHORT = {
    "asst": "assistant", "assist": "assistant", "mgr": "manager", "mngr": "manager", "eng": "engineer", "engr": "engineer",
    "tech": "technician", "dr": "doctor", "rep": "representative", "advisor": "adviser", "exec": "executive", "admin": "admin",
    "administrator": "admin", "administrative": "admin", "administration": "admin", "woman": "man", "women": "man", "men": "man",
    "lgv": "hgv", "mum": "mother", "mom": "mother", "mam": "mother", "dad": "father", "co-ordinator": "coordinator",
    "coord": "coordinator", "supervisory": "supervisor", "uni": "university", "shelves": "shelf", "lorries": "lorry",
    "supermkt": "supermarket", "ops": "operation", "op": "operator", "operatives": "operative", "lady": "lady", "sec": "secretary",
    "teaches": "teacher", "drives": "driver", "cleans": "cleaner", "cooks": "cook", "builds": "builder", "manages": "manager",
    "designs": "designer", "stacks": "stacker", "repairs": "repairer", "packs": "packer", "fits": "fitter", "paints": "painter",
    "writes": "writer", "makes": "maker", "lays": "layer", "sells": "seller", "therapists": "therapist",
    "accounts": "accounts", "stores": "stores",  # a stores manager runs no store
    "stacking": "stacker",
    "counselor": "counsellor", "jeweler": "jeweller", "labor": "labour", "laborer": "labourer", "programer": "programmer",
}  # fmt: skip
_JOINED = re.compile(
    r"\b(?:(health|child) (?=care\b)|(check) (?=out\b)|(fork) (?=lift\b)|(child) (?=mind)"
    r"|(book|house|game|green|shop|goal) (?=keep)"
    r"|(post|bin|dust|police|fire|milk|ware|crafts|trades|sales|barr?) (?=(?:wo)?m[ae]n\b)|(care) (?=taker)|(ware) (?=house)"
    r"|(hair) (?=dress)|(land) (?=scap)|(green) (?=grocer)|(head) (?=(?:teacher|master|mistress)\b)"
    r"|(super) (?=market)|(brick) (?=lay)|(play) (?=(?:work|group)))"
)
# Words that say nothing of the job.
_NOISE = each_of(
    "a an the my his her their is are was he she i am im at in for does do did as job currently now just still of and to very "
    "employed employee work works working worked occupation position role who been be has have had some also mainly mostly "
    "local british uk england plc ltd limited co part full time parttime fulltime hours hour pt ft temp "
    "casual zero contract agency shift nights days weekend weekends ex former formerly previously retired late "
    "called since year yrs old good hard on from with by that this our own based nos general practice"
)  # fmt: skip
_KEPT_PAIRS = re.compile(
    r"\b(general practitioner|general practice|gp practice|agency nurse|practice (?:nurse|manager))"
)
_PLACE = re.compile(r"\s(?:at|for|in|within|with|@|on|inside|from|near|based|-)\s|[(,;:]")
_INITIALS = re.compile(r"(?<=\b[a-z])\.\s?(?=[a-z]\b)")  # the stops of "I.T. technician"

_SELF = re.compile(
    r"\bself[\s-]*emp\w*|\bs/e\b|\bfreelanc\w*|\bsole trader\b|\bown account\b"
    r"|\b(?:works?|working) for (?:him|her|my|them)sel(?:f|ves)\b"
)
_OWNER = re.compile(
    r"\b(?:has|have|got|runs?|running|owns?|owned|owner|owner of|with|in)?\s*(?:an? |his |her |their |my |our |and runs )*"
    r"own (?:small |family |little |successful )?(?P<trade>\w+ )?(?:business|company|firm|shop)\b"
    r"|\b(?:small )?business[\s-]*(?:owner|man|woman|person)\b|\b(?:runs?|owns?) (?:and (?:runs?|owns?) )?(?:an? |the |his |her )"
    r"|\bowner[\s/-]*(?:of|manager|operator|driver)\b|\bproprietor(?: of)?\b"
)
_OWNED = re.compile(r"\bowner\b")
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "a few": 3,
    "several": 5,
    "no": 0,
}
_STAFF = re.compile(
    r"(?:\b(?:with|and|has|have|employs?|employing|plus)\b)?\s*(?:about |around |over |approx\.? )?"
    r"\b(\d{1,5}|one|two|three|four|five|six|ten|a few|several|no)\s*\+?\s*(?:staff|employees?|people working|workers|others)\b"
    r"(?: under (?:him|her|me|them))?"
)
_EMPLOYS = re.compile(r"\bemploys? (?:a few |some )?(?:other )?(?:people|others|staff)\b")
_SUPERVISOR = re.compile(  # lunchtime supervisors watch over pupils, not over staff
    r"(?<!lunch )(?<!lunchtime )(?<!midday )(?<!meals )(?<!meal )(?<!playground )(?<!door )(?<!cover )\bsupervis\w+"
    r"|\bforeman\b|\bforewoman\b|\bcharge\s?hand\b|\bteam lead(?:er)?\b"
)
_MANAGER = re.compile(r"\bmanag(?:er|es|eress|ing)\b|\bmgr\b|\bhead of\b|\bdirector\b")

_OUT = re.compile(
    r"\b(?:early |semi[\s-]*|medically )?retired?\b(?: from| as)?(?: an?)?|\bon (?:early )?retirement\b|\bpensioner\b"
    r"|\b(?:long[\s-]*term |currently )?unemployed\b|\bout of work\b|\bbetween jobs\b|\blooking for work\b|\bjob\s?seek\w+"
    r"|\b(?:made |taken |took |voluntary )?redundant\b|\b(?:made|taken|took) (?:voluntary )?redundancy\b"
    r"|\bnot (?:currently |in )?work(?:ing)?\b|\bno longer works?\b"
    r"|\b(?:doesn'?t|does not|don'?t|do not|can'?t|cannot|unable to) (?:currently )?work\b"
    r"|\b(?:on (?:the |long[\s-]*term )?|long[\s-]*term )sick\b(?: leave)?|^sick$|\bsick leave\b|^disabled$"
    r"|\bon (?:disability|benefits?|pip|universal credit)\b|\bon maternity\b(?: leave)?|\bmaternity leave\b"
    r"|\bfurlough(?:ed)?\b|^former\b|\bformerly\b|\bpreviously\b|\bused to (?:be|work as)\b|\b(?:was|has been) an?\b"
    r"|^ex[\s-]|\bdeceased\b|\bpassed away\b|\blate\b|\bdied\b|\bdead\b"
)
_NEVER = re.compile(
    r"\bnever (?:had a job|worked|been employed|been in work)\b|\blong[\s-]*term unemployed\b|\bunemployed (?:long|for years)\b"
    r"|\bhas(?:n'?t| not) (?:ever )?worked\b"
)
_PARENT = r"(?:step[\s-]?)?(?:mum|mom|mam|mother|dad|father)"
_RELATION = re.compile(  # "my dad is a builder": whose job it is, not what it is
    rf"\b(?:my |his |her |the |both )?(?:{_PARENT}|parents?)(?:'?s job)?\b\s*"
    r"(?=(?:is|are|was|were|works?|has|runs|owns|used|has been)\b|[:=-])[:=-]?"
)
_MOTHER, _FATHER = re.compile(r"\b(?:mum|mom|mam|mother)\b"), re.compile(r"\b(?:dad|father)\b")
_STUDENT = re.compile(
    r"^(?:(?:full|part)[\s-]*time |university |college |uni |mature |phd |postgraduate |undergraduate |masters? |school "
    r"|sixth form |a )*(?:student|pupil|undergraduate|postgraduate)\b|^studying\b.*"
    r"|^(?:back )?(?:in|at) (?:full[\s-]*time )?(?:education|university|college|school|uni)$"
)
_NOT_STUDENTS = each_of(
    "support welfare service officer adviser liaison recruitment manager admin coordinator loan union hall referral unit "
    "counsellor mentor advocate ambassador finance assistant guide assessor"
)
_HOME = re.compile(
    r"\b(?:house|home)[\s-]*(?:wife|wives|husband|maker)\b"
    r"|\bstay(?:s|ing)?[\s-]*(?:at[\s-]*)?home\b(?: (?:mum|mom|mother|dad|father|parent|wife))?"
    r"|\bat home (?:mum|mom|mother|dad|father|parent)\b"
    r"|\b(?:looks?|looking|cares?|caring) (?:after|for) (?:the |his |her |their |my |our |\d |two |three )?"
    r"(?:home|house|family|children|kids|baby|babies|son|daughter|grandchildren|siblings?|household)\b.*"
    r"|^(?:a )?(?:(?:full[\s-]*time|busy|single) )*(?:mum|mom|mam|mother|dad|father|parent)(?: of \w+)?$|^(?:just )?(?:at )?home$"
    r"|\braising (?:the |her |his |their |my )?(?:family|children|kids)\b|\bmum and housewife\b|\bhome duties\b"
)
_UNPAID = re.compile(
    r"\b(?:unpaid|family|young) carer\b|\bcarers?'?s? allowance\b"
    r"|\b(?:carer?|cares|caring)\b.*\b(?:for|to|of|after)\b (?:(?:his|her|my|their|a|the|our|elderly|disabled|autistic|sick) )*"
    r"(?:mum|mom|mother|dad|father|son|daughter|wife|husband|parents?|nan|gran|grandma|grandmother|brother|sister|relative|child|"
    r"children|partner|family|grandad|spouse|me)\b"
)
_CARER = re.compile(r"^(?:a )?(?:(?:full|part)[\s-]*time )?carer$")
_NOT_GIVEN = each_of(
    "na none nil null nothing unknown dontknow donotknow idontknow dk dunno notsure unsure idk notknown notgiven notstated "
    "noanswer noresponse noreply prefernottosay prefernottoanswer preferntsay refused informationrefused notavailable "
    "notapplicable nottoldus private confidential various tbc tba x xx xxx no yes blank missing notprovided "
    "undisclosed rathernotsay any other ratherprefernottosay nofather nomother nodad nomum absent noidea cantremember anything "
    "everything stuff other dontwanttosay "
    "donthaveone nocontact nocontactwithfather idontwanttosay notdisclosed seeabove asabove sameasabove"
)  # fmt: skip
_NO_JOB = each_of("nojob nowork noemployment noemployed notemployed doesnothing nooccupation nojobs")


def plain(text: str) -> str:
    """Lower case, plain letters, ordinary spaces and apostrophes."""
    if not text.isascii():
        text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u2013", "-").replace("\u2014", "-")
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


@functools.lru_cache(65536)
def word(text: str) -> str:
    """One word in the form in which titles are compared: singular, short forms spelt out."""
    known = SHORT.get(text)
    if known:
        return known
    if len(text) > 3 and text[-1] == "s" and text[-2] not in "suia":
        text = text[:-3] + "y" if text.endswith("ies") and len(text) > 5 else text[:-1]
        known = SHORT.get(text)
        if known:
            return known
    if len(text) > 4 and text.endswith(("women", "woman")):
        return text[:-5] + "man"
    if len(text) > 5 and text.endswith("person") and text != "person":
        return text[:-6] + "man"
    return text[:-3] + "man" if len(text) > 4 and text.endswith("men") else text


def words(text: str) -> tuple[str, ...]:
    """The words of a title as they are compared: noise left out, singular, in the order written."""
    text = text.casefold() if text.isascii() else plain(text)
    text = _INITIALS.sub("", text.replace("'", "").replace("&", " and "))
    text = re.sub(r"[^a-z0-9]+", " ", text)
    text = _JOINED.sub(lambda found: found[0].strip(), text)
    kept = bool(_KEPT_PAIRS.search(text))
    out = [word(w) for w in text.split() if w not in _NOISE or (kept and w in ("general", "practice", "agency"))]
    return tuple(dict.fromkeys(out))


def read(cell: str) -> Reading:
    """What a cell says: the job's words, status, circumstances."""
    text = plain(cell)
    text = re.sub(r"\(?\b99[789]\b\)?", " ", text).strip()
    simple = re.sub("[^a-z]", "", text)
    if not simple or simple in _NOT_GIVEN:
        return Reading((), (), None, None, NOT_GIVEN, False, "")
    if simple in _NO_JOB:
        return Reading((), (), None, None, NO_JOB, True, "")
    text = _RELATION.sub(" ", text)
    status, size, text = _status(text.replace("(", " ( ").replace(")", " ) "))
    bare = " ".join(re.sub(r"[().,;:!*]", " ", text).split())
    never = _NEVER.search(bare)
    if never:
        return Reading((), (), None, None, NEVER, True, "")
    for kind, pattern in ((UNPAID_CARER, _UNPAID), (HOME, _HOME), (STUDENT, _STUDENT)):
        found = pattern.search(bare)
        if found:
            out = words(_OUT.sub(" ", bare[: found.start()] + " " + bare[found.end() :]))
            if kind == HOME:
                out = tuple(w for w in out if w not in ("mother", "father", "parent", "carer"))
            if kind == STUDENT:
                if _NOT_STUDENTS.intersection(out):
                    continue  # a student support officer
                out = words(bare)
            return Reading(out, out, status, size, kind, True, bare)
    out_of_work = bool(_OUT.search(bare))
    if out_of_work:
        text, bare = _trimmed(_OUT.sub(" ", text)), _trimmed(_OUT.sub(" ", bare))
    if _CARER.fullmatch(bare):
        return Reading(("carer",), ("carer",), status, size, CARER, out_of_work, bare)
    whole, text = words(bare), f" {text} "
    before = (words(text[: place.start()]) for place in _PLACE.finditer(text))
    return Reading(whole, next(filter(None, before), whole), status, size, "" if whole else NO_JOB, out_of_work, bare)


def _trimmed(text: str) -> str:
    """Without the small words that are left at either end when a circumstance is taken out."""
    text = " ".join(text.split())
    return re.sub(r"^(?:but|now|and|an?|as|since \d+|from)\b|\b(?:but|now|and|since \d+|as|from|an?)$", "", text).strip(
        " -"
    )


def _status(text: str) -> tuple[str | None, str | None, str]:
    """Employment status and size as far as the text says them, and the text without those words that only say that."""
    status = size = None
    staff = _STAFF.search(text)
    if staff:
        number = _NUMBERS[staff[1]] if staff[1] in _NUMBERS else int(staff[1])
        status, size = ("employer", "large" if number >= 25 else "small") if number else ("self_employed", None)
        text = text[: staff.start()] + " " + text[staff.end() :]
    elif _EMPLOYS.search(text):
        status, text = "employer", _EMPLOYS.sub(" ", text)
    own = _SELF.search(text), _OWNER.search(text)
    if own[0]:
        status, text = status or "self_employed", _SELF.sub(" ", text)
    if own[1]:
        status = status or "employer"
        text = _OWNER.sub(_owned_thing, text)
    elif _OWNED.search(text):
        status = status or "employer"
    if _MANAGER.search(text):
        if size and status == "employer" and not (own[0] or own[1] or _OWNED.search(text)):
            status = "manager"  # a manager of 30 staff employs none of them
        status = status or "manager"
    elif _SUPERVISOR.search(text):
        status = "supervisor" if status in (None, "employer") and not any(own) else status
    return status, size, text


def _owned_thing(found: re.Match[str]) -> str:
    """What is left of the words for owning: "owner" before what is owned, the trade of "his own building company"."""
    if found["trade"] or found[0].rstrip().endswith("shop"):
        return f" {found['trade'] or ''}{'shop owner' if found[0].rstrip().endswith('shop') else ''} "
    bare = re.match(r"(?:runs?|owns?|owner of|owner manager|proprietor)", found[0].strip())
    return " owner " if bare and not re.search(r"\b(?:business|company|firm)$", found[0].strip()) else " "


def stated_status(cell: object) -> tuple[str | None, str | None] | None:
    """Status and size of a cell of the employment status column; None where it is not understood."""
    if not isinstance(cell, str):
        return None
    text = plain(cell).replace("_", " ").replace("-", " ")
    number = re.search(r"\d+", text)
    size = (
        "large"
        if "large" in text or (number and int(number[0]) >= 25)
        else "small"
        if "small" in text or number
        else None
    )
    for status, pattern in (
        ("self_employed", r"self employ\w* (?:with no|without|no) \w*|own account|freelanc|sole trader"),
        ("employer", r"\bemployer|with employees|with staff|owner|proprietor"),
        ("self_employed", r"self ?employ"),
        ("manager", r"manag|director"),
        ("supervisor", r"supervis|foreman|team lead"),
        ("employee", r"employee|employed|worker|staff|^paye$"),
    ):
        if re.search(pattern, text):
            return status, size
    return None


def stated_size(cell: object) -> str | None:
    """Whether the size of a workplace is large (25 people and over) or small; None where the cell does not say."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return None if cell != cell or cell < 0 else "large" if cell >= 25 else "small"
    if not isinstance(cell, str):
        return None
    text = plain(cell).replace(",", "")
    if re.search(r"\blarge|\bbig|over 24|more than 24|25 ?(?:\+|or more|and over|plus)", text):
        return "large"
    if re.search(r"\bsmall|fewer than 25|less than 25|under 25|(?:1 ?(?:-|to) ?24)", text):
        return "small"
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    return ("large" if min(numbers) >= 25 else "small" if max(numbers) < 25 else None) if numbers else None
