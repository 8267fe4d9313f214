"""The page of projects shows what a register has and what is wrong with it."""

from __future__ import annotations

import pytest

from tests.helpers.paging import open_page
from tests.unit.geo.projects.test_projects import CHINESE

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_register_is_shown_and_filtered(lang):
    app = open_page("projects", lang=lang)
    app.file_uploader(key="projects_file").upload("r.csv", CHINESE.encode(), "text/csv").run()
    assert not app.exception
    assert any(one.value.startswith("3 ") and "1" in one.value for one in app.markdown)
    app.toggle(key="projects_overdue_only").set_value(True).run()
    assert any(one.value.startswith("1 ") for one in app.markdown)


def test_a_table_that_is_no_register_is_refused_in_words():
    app = open_page("projects")
    app.file_uploader(key="projects_file").upload("r.csv", b"a,b\n1,2\n", "text/csv").run()
    assert [one.value for one in app.error]
    assert any("项目名称" in one.value for one in app.text)
