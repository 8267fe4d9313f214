"""A list of every county of the country: recognised, joined and audited in seconds."""

from __future__ import annotations

import pytest

from pilotzones.geo.audit import audit
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.documents.drafts.list_archive import read_programme
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.join import join


@pytest.mark.slow
def test_a_list_of_all_counties_is_audited(tianditu: Boundaries, amap: Boundaries) -> None:
    counties = tianditu.counties
    inside = counties["prefecture"].where(counties["prefecture"] != counties["province"], "")
    names = (counties["province"] + inside + counties["name"]).drop_duplicates()
    draft = draft_list(read_pasted("、".join(names).encode(), name="全国"))
    assert draft.total == len(names) > 2800
    assert draft.total - draft.matched < 6
    joined = join(read_programme(draft, "country")[0], tianditu)
    result = audit(joined, others=[amap])
    assert result.zones[0].members_counted == joined.matched > 2880
