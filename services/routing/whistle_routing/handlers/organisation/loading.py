"""
Organisations come in: from the installed packs, or from files; all of a district or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import structlog

from whistle.calendar.days import CHINA
from whistle.contracts.organisation import Organisation
from whistle.errors import NotAllowedNow
from whistle.plugins.loader import Pack
from whistle.plugins.organisation import Loaded
from whistle.plugins.problems import Problem, complaint
from whistle.privacy import KeyRing
from whistle_routing.domain.organisation import Change
from whistle_routing.handlers.organisation.checking import check_files, files_of
from whistle_routing.store import OrganisationStore, RoutingUnit, State
from whistle_routing.store.mail_marks import take_pledges

log = structlog.get_logger()
Keys = Callable[[], KeyRing]
"""Gives the key ring that seals phone numbers; asked for only where there are some."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a load. ``kept``: it was changed here since, so the pack's new files were not taken."""

    district: str
    state: Literal["loaded", "unchanged", "kept"]
    version: int


def load_organisations(database: Any, packs: Mapping[str, Pack], *, keys: Keys) -> list[Outcome]:
    """
    Take parties, their pledges and organisation of every pack into routing's own tables, all or none.

    An organisation that was changed here is kept as it is, because the pack does not know of those changes.

    Raises:
        Misconfigured: with every mistake in the files of all packs.
    """
    checked = {district: check_files(district, files_of(pack.tables)) for district, pack in packs.items()}
    problems: list[Problem] = [problem for one in checked.values() for problem in one.problems]
    if problems:
        raise complaint(problems)
    outcomes = []
    with database.write() as unit:
        for district, pack in packs.items():
            rows = [{"district": district, **party.to_json()} for party in pack.tables.parties]
            unit.load_parties(district, rows)
            take_pledges(unit, district, [vars(one) for one in pack.tables.agreed.pledges])
            outcomes.append(take_pack(unit, district, checked[district].loaded, keys=keys))
    for outcome in outcomes:
        if outcome.state == "kept":
            log.warning("organisation_kept", district=outcome.district)
    return outcomes


def take_pack(
    unit: RoutingUnit, district: str, loaded: Loaded, *, keys: Keys, force: bool = False
) -> Outcome:
    """Take what a pack says, unless it says what it said before, or (without ``force``) the tree was changed here."""
    state = OrganisationStore(unit).state(district)
    if state is not None and not force:
        if state.pack == loaded.digest:
            return Outcome(district=district, state="unchanged", version=state.version)
        if state.changed:
            return Outcome(district=district, state="kept", version=state.version)
    return _replace(unit, state, loaded, keys=keys, by="pack", pack=loaded.digest)


def take_files(
    unit: RoutingUnit, district: str, loaded: Loaded, *, keys: Keys, by: str, force: bool = False
) -> Outcome:
    """
    Take what files say that are not the pack's.

    Raises:
        NotAllowedNow: it was changed here since it was loaded, and what the files say is another; ``force`` takes them anyway.
    """
    store = OrganisationStore(unit)
    state = store.state(district)
    if state is not None:
        if _same(store, loaded, keys):
            return Outcome(district=district, state="unchanged", version=state.version)
        if state.changed and not force:
            raise NotAllowedNow(
                f"{district} 的架构在载入后有过变更,这些文件会将其覆盖;请先导出核对,或用 --force",
                f"the organisation of {district} was changed since it was loaded; export and compare, or use --force",
            )
    pack = state.pack if state else ""
    return _replace(unit, state, loaded, keys=keys, by=by, pack=pack)


def _replace(
    unit: RoutingUnit, state: State | None, loaded: Loaded, *, keys: Keys, by: str, pack: str
) -> Outcome:
    store, organisation = OrganisationStore(unit), loaded.organisation
    district = organisation.district
    known = {person.id: person.phone for person in store.read(district).people} if state else {}
    sealed: dict[str, str | None] = dict(store.sealed_phones(district)) if state else {}
    if loaded.has_phones:
        told = {person.id: person.phone for person in organisation.people}
        sealed = {one: keys().seal({"phone": phone}) if phone else None for one, phone in told.items()}
    else:
        people = tuple(replace(person, phone=known.get(person.id, "")) for person in organisation.people)
        organisation = replace(organisation, people=people)
    store.replace(organisation, sealed=sealed)
    saved = store.save_state(state, district=district, pack=pack, changed=by != "pack", loaded_at=unit.now)
    day = unit.now.astimezone(CHINA).date()
    change = Change(sort="load", day=day, before=(), after=(), organisation=organisation)
    store.log(district, change, by=by)
    unit.flush()
    return Outcome(district=district, state="loaded", version=saved.version)


def _same(store: OrganisationStore, loaded: Loaded, keys: Keys) -> bool:
    """Do the files say what is stored? Without a column of phone numbers these are not compared."""
    district = loaded.organisation.district
    if _bare(store.read(district)) != _bare(loaded.organisation):
        return False
    if not loaded.has_phones:
        return True
    stored = store.sealed_phones(district)
    told = {person.id: person.phone for person in loaded.organisation.people if person.phone}
    return told.keys() == stored.keys() and all(
        keys().open(stored[one])["phone"] == phone for one, phone in told.items()
    )


def _bare(organisation: Organisation) -> tuple[frozenset[Any], ...]:
    people = frozenset(replace(person, phone="") for person in organisation.people)
    rest = (organisation.nodes, organisation.posts, organisation.duties, organisation.charges)
    return people, *map(frozenset, rest)


def open_phones(unit: RoutingUnit, district: str, keys: Keys) -> dict[str, str]:
    """
    The phone numbers of staff in clear, by person; for an export that somebody asked for in so many words.

    Raises:
        cryptography.fernet.InvalidToken: one was sealed with a secret that is gone.
    """
    sealed = OrganisationStore(unit).sealed_phones(district)
    return {one: str(keys().open(text)["phone"]) for one, text in sealed.items()}
