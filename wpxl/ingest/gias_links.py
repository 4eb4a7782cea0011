"""Links between schools: which school took another's place.

Source: Department for Education, Get Information about Schools, downloads (links_edubasealldata): URN, LinkURN, LinkName,
LinkType, LinkEstablishedDate. Seventeen types were seen; those whose name begins with Successor, or says Result of
Amalgamation, lead to the school that took over, and those that begin with Predecessor lead back. The others (sixth form
centres, mergers with a change of age range, expansions) say nothing of who took whose place, and are left out.
"""

from __future__ import annotations

from typing import Any

from ..errors import refuse
from ..store.write import Draft
from .columns import match
from .opening import Found
from .schools import URN, iso_date, table

SOURCES = ("gias_links",)
ROLES = {"urn": "URN", "link": "LinkURN", "kind": "LinkType", "since": "LinkEstablishedDate"}
FORWARD, BACK = ("successor", "result of amalgamation"), ("predecessor",)


def recognise(header: list[str]) -> dict[str, str] | None:
    roles = match(header, ROLES)
    return roles if all(role in roles for role in ("urn", "link", "kind")) else None


def read(found: Found, roles: dict[str, str]) -> Draft:
    rows = found.columns(roles, uneven=True)
    links: dict[str, dict[str, dict[str, str]]] = {}  # URN → direction → the other URN → since when
    newest = ""
    columns = (rows.column(role).to_pylist() for role in ("urn", "link", "kind"))
    dates = rows.column("since").to_pylist() if "since" in roles else [""] * rows.num_rows
    for line, (urn, link, kind, since) in enumerate(zip(*columns, dates, strict=True), 2):
        urn, link, kind, day = urn.strip(), link.strip(), kind.strip().casefold(), iso_date(since.strip()) or ""
        if not (urn or link or kind):
            continue
        if not (URN(urn) and URN(link)):
            wrong = urn if not URN(urn) else link
            raise refuse(f"{found.name}, line {line}: '{wrong[:20]}' is no URN (those have six digits).")
        newest = max(newest, day)
        way = "school_successor" if kind.startswith(FORWARD) else "school_predecessor" if kind.startswith(BACK) else ""
        if way and link != urn:
            links.setdefault(urn, {}).setdefault(way, {})[link] = day
    if not links:
        raise refuse(f"{found.name} names no predecessor and no successor of any school.")
    urns = sorted(links)
    named: dict[str, list[Any]] = {
        way: [_listed(links[urn].get(way, {})) for urn in urns] for way in ("school_successor", "school_predecessor")
    }
    return Draft(id="gias_links", key="urn", rows=table(urns, named), title="Links between schools", vintage=newest)


def _listed(others: dict[str, str]) -> str | None:
    """The newest link first: after two changes of a school, that is the one in force."""
    return ", ".join(sorted(sorted(others), key=lambda urn: others[urn], reverse=True)) or None
