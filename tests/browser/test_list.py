"""A list of one's own in a real browser, with the network cut off: pasted, settled, on the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.helpers.browsing import Visit

pytestmark = pytest.mark.browser
LIST = "1.甲片区\n试验范围：南京市溧水区、高淳区，宜兴市，朝阳区<img src=x onerror=alert(1)>。面积约5000平方公里。"

# A toast leaves after four seconds, within which a busy machine may not look: the page itself notes what they say.
_NOTE_TOASTS = """() => {
  window.toasts = "";
  new MutationObserver(() => {
    for (const toast of document.querySelectorAll('[data-testid="stToast"]')) window.toasts += toast.textContent;
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


def test_a_pasted_list_is_settled_and_drawn_on_a_phone(browser: Any, address: str) -> None:
    visit = Visit(browser, viewport={"width": 390, "height": 1200})
    page = visit.page
    page.goto(address + "list")
    page.get_by_label("名单或文件全文").fill(LIST)
    page.get_by_label("名单或文件全文").press("Control+Enter")
    page.get_by_role("button", name="识别").click()
    page.get_by_role("heading", name="待核定的地名").wait_for()
    page.wait_for_selector("iframe[data-testid=stCustomComponentV1]")
    visit.frame = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    visit.frame.wait_for_function("window.pilotmap && pilotmap.stats().drawn > 3")
    before = visit.stats()
    page.get_by_text("北京市朝阳区").first.click()
    page.get_by_role("button", name="保存决定").click()
    page.get_by_text("已作的决定（1）").wait_for()
    assert visit.stats()["mounts"] == before["mounts"] == 1
    assert visit.measure_width() <= 390
    assert not [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))]
    assert not visit.errors
    visit.context.close()


def test_a_list_is_kept_taken_back_and_opened_again(browser: Any, address: str, tmp_path: Path) -> None:
    visit = Visit(browser, viewport={"width": 1400, "height": 2300}, accept_downloads=True)
    page = visit.page
    page.goto(address + "list")
    page.get_by_role("tab", name="上传文件").click()
    listed = {"name": "名单.txt", "mimeType": "text/plain", "buffer": LIST.encode("gb18030")}
    page.locator("input[type=file]").first.set_input_files(listed)
    page.get_by_role("button", name="识别文件").click()
    page.get_by_text("北京市朝阳区").first.click()
    page.get_by_role("button", name="保存决定").click()
    page.get_by_text("已作的决定（1）").click()
    with page.expect_download() as kept:
        page.get_by_role("button", name="下载名单（ZIP）").click()
    kept.value.save_as(tmp_path / "list.zip")
    with page.expect_download() as decided:
        page.get_by_role("button", name="下载决定（CSV）").click()
    assert ",110105," in decided.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="撤销", exact=True).click()
    page.get_by_text("已作的决定（0）").wait_for()
    page.get_by_role("tab", name="打开已保存的名单").click()
    page.locator("input[type=file]").nth(1).set_input_files(tmp_path / "list.zip")
    page.get_by_role("button", name="打开名单").click()
    page.get_by_text("已作的决定（1）").wait_for()
    page.get_by_role("tab", name="面积核查").click()
    page.get_by_text("选一个片区，查看差异原因。").wait_for()
    page.get_by_role("tab", name="下载", exact=True).click()
    page.get_by_role("button", name="离线网页地图").wait_for()
    assert not [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))]
    assert not visit.errors
    visit.context.close()


def test_a_long_list_shows_its_progress_and_is_cancelled(browser: Any, address: str, tmp_path: Path) -> None:
    visit = Visit(browser, viewport={"width": 1400, "height": 1200})
    page = visit.page
    page.goto(address + "list")
    page.get_by_role("tab", name="上传文件").click()
    # Takes as long as a list may, and longer.
    names = "\n".join(f"{place}县" for place in range(120_000))
    listed = tmp_path / "long.txt"
    listed.write_text(names, encoding="utf-8")
    page.locator("input[type=file]").first.set_input_files(listed)
    page.get_by_role("button", name="识别文件").click()
    page.get_by_text("正在单独的进程中读取").wait_for()
    page.evaluate(_NOTE_TOASTS)
    page.get_by_role("button", name="取消").click()
    page.wait_for_function("toasts.includes('已取消。')", polling=100)
    page.get_by_text("正在单独的进程中读取").wait_for(state="detached")
    assert not page.get_by_text("内容过多或过于复杂").count()
    # What is cancelled leaves its turn to the next.
    page.get_by_role("tab", name="粘贴文字").click()
    page.get_by_label("名单或文件全文").fill("浙江省：余杭区、德清县")
    page.get_by_label("名单或文件全文").press("Control+Enter")
    page.get_by_role("button", name="识别", exact=True).click()
    page.get_by_text("识别地名").first.wait_for()
    assert not visit.errors
    visit.context.close()
