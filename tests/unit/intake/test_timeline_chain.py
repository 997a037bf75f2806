"""The timeline is a hash chain: nothing in it can be changed, removed or moved unseen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.intake.made import NOW, case
from whistle_intake.domain import Case, Entry, broken_link, record

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
entries = st.builds(
    Entry,
    case_no=st.just("26-00001-0"),
    seq=st.just(0),
    at=st.datetimes(timezones=st.just(dt.UTC)),
    kind=st.sampled_from(["case.filed", "dispatch.sent", "case.rated"]),
    actor=st.text(max_size=6),
    data=st.dictionaries(st.text(max_size=5), values, max_size=3),
    event_id=st.none() | st.text(max_size=6),
)

# a busy machine is no failure
patient = settings(deadline=None)


def chained(drafts: list[Entry]) -> tuple[Case, list[Entry]]:
    grown, chain = case(), []
    for draft in drafts:
        grown, entry = record(grown, draft)
        chain.append(entry)
    return grown, chain


@patient
@given(st.lists(entries, max_size=6))
def test_an_untouched_chain_is_whole(drafts):
    """What was recorded is found in order."""
    grown, chain = chained(drafts)
    assert broken_link(chain, grown) is None
    assert [number + 1 for number in range(len(chain))] == [entry.seq for entry in chain]


@patient
@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_a_changed_entry_is_found_where_it_is(drafts, data):
    """Whatever of an entry is changed, the check names that entry."""
    grown, chain = chained(drafts)
    at = data.draw(st.integers(0, len(chain) - 1))
    change = data.draw(
        st.sampled_from(
            [
                {"kind": chain[at].kind + "x"},
                {"actor": chain[at].actor + "x"},
                {"at": chain[at].at.replace(microsecond=999_999 - chain[at].at.microsecond)},
                {"data": {**chain[at].data, "added": 1}},
                {"event_id": (chain[at].event_id or "") + "x"},
                {"case_no": "26-00002-9"},
                {"seq": chain[at].seq + 1},
                {"prev_hash": "0" * 64},
                {"hash": "0" * 64},
            ]
        )
    )
    chain[at] = replace(chain[at], **change)
    assert at + 1 == broken_link(chain, grown)


@patient
@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_a_changed_entry_with_a_new_hash_is_found_at_its_successor(drafts, data):
    """Who changes an entry and computes its hash anew breaks the next link, or the case's head."""
    grown, chain = chained(drafts)
    at = data.draw(st.integers(0, len(chain) - 1))
    forged = replace(chain[at], actor=chain[at].actor + "x")
    _, resealed = record(replace(case(), head=forged.prev_hash, length=at), forged)
    chain[at] = resealed
    assert at + 2 == broken_link(chain, grown)


@patient
@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_a_removed_entry_is_found(drafts, data):
    """Also the last one: the case knows how many there are."""
    grown, chain = chained(drafts)
    del chain[data.draw(st.integers(0, len(chain) - 1))]
    assert broken_link(chain, grown) is not None


@patient
@given(st.lists(entries, min_size=2, max_size=6), st.data())
def test_two_swapped_entries_are_found(drafts, data):
    """The order is part of the chain."""
    grown, chain = chained(drafts)
    one = data.draw(st.integers(0, len(chain) - 2))
    other = data.draw(st.integers(one + 1, len(chain) - 1))
    chain[one], chain[other] = chain[other], chain[one]
    assert one + 1 == broken_link(chain, grown)


@patient
@given(st.lists(entries, max_size=4), entries)
def test_an_added_entry_is_found(drafts, extra):
    """An entry that the case does not know of, however well made, is no part of it."""
    grown, chain = chained(drafts)
    _, added = record(grown, extra)
    assert broken_link([*chain, added], grown) == len(chain) + 2


def test_time_counts_to_the_microsecond_in_whatever_zone():
    """The hash of an entry does not depend on how its time is written down."""
    grown, entry = record(case(), Entry(case_no="", seq=0, at=NOW, kind="case.filed", actor="resident"))
    elsewhere = replace(entry, at=NOW.astimezone(dt.timezone(dt.timedelta(hours=8))))
    assert broken_link([elsewhere], grown) is None
