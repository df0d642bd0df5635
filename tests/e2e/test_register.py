"""The register in a real browser: from a faulty workbook to the public map, and back."""

import io
import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from geo import journal
from geo.sign_in import accounts, sessions
from geo.store import Store
from tests.e2e.conftest import NOW, SIZES
from tests.e2e.sites import IDLE, site, watch

pytestmark = pytest.mark.browser
PASSWORD = "mountain-tai-1545"
STATION = "夏张镇党群服务中心星火科普服务站"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XIAZHANG = "370911107000"
SLOW_MS = 20_000


@pytest.fixture(scope="module")
def register_site(shipped_store, tmp_path_factory):
    """Serve a copy of the shipped data with an account of each kind; give address and store."""
    folder = tmp_path_factory.mktemp("register")
    shutil.copy(shipped_store.removeprefix("sqlite:///"), folder / "store.db")
    url = f"sqlite:///{folder / 'store.db'}"
    store = Store(url)
    for login, name, role, kind, place in (
        ("daiyue", "岱岳区科协", "steward", "unit", "370911"),
        ("ningyang", "宁阳县科协", "steward", "unit", "370921"),
        ("xiazhang", "夏张镇", "reporter", "township", XIAZHANG),
        ("shi", "市科协", "city", "", ""),
    ):
        accounts.add_account(
            store, login=login, name=name, role=role, place_kind=kind, place=place,
            password=PASSWORD, by="system",
        )  # fmt: skip
    evidence = str(folder / "evidence")
    with site(XINGHUO_DATABASE_URL=url, XINGHUO_NOW=NOW, XINGHUO_EVIDENCE=evidence) as address:
        yield address, store
    store.close()


@pytest.fixture
def desk(browser, register_site):
    """Return a function that gives the page of a new browser in which `login` is signed in."""
    address, store = register_site
    contexts, watched = [], []

    def opened(login: str, path: str = "/records", size: str = "desktop"):
        context = browser.new_context(locale="zh-CN", accept_downloads=True, **SIZES[size])
        contexts.append(context)
        if login:
            token = sessions.sign_in(
                store, login=login, password=PASSWORD, address="", now=datetime.now(), hours=12
            )
            context.add_cookies([{"name": "xinghuo_session", "value": token, "url": address}])
        page = context.new_page()
        page.set_default_timeout(SLOW_MS)
        watched.append(watch(page, address, refuse=False))
        go(page, address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [seen for seen in watched if seen != ([], [])] == []


def go(page, url: str) -> None:
    page.goto(url)
    page.wait_for_function(IDLE, timeout=60_000)


def workbook(rows: list[dict[str, str]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "站点"
    sheet.append(["2026年新建站点"])
    heads = list(rows[0])
    sheet.append(heads)
    for row in rows:
        sheet.append([row[head] for head in heads])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def station(**fields: str) -> dict[str, str]:
    return {
        "编号": "XH901", "场馆名称": STATION, "类别": "科普服务站", "状态": "开放",
        "县市区": "岱岳区", "乡镇街道": "夏张镇", "位置精度": "位置待核实",
        "联系电话": "0538-1234567", "开放日期": "2026-10-01", **fields,
    }  # fmt: skip


def finds(public, address, words) -> bool:
    """Say whether somebody without an account finds a place called `words`."""
    go(public, f"{address}/?q={words}")
    return public.get_by_role("button", name=words, exact=True).count() > 0


def upload(page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": XLSX, "buffer": content}
    )


def last_submission(store, kind: str) -> int:
    with store.reading() as connection:
        listed = journal.submissions(connection, limit=5)
    return int(listed[listed["kind"] == kind]["submission_id"].iloc[0])


def test_from_a_faulty_workbook_to_the_public_map_and_back(register_site, desk, tmp_path: Path):
    address, store = register_site
    public = desk("", f"/?q={STATION}")
    county = desk("", "/records?section=import&table=venues")
    county.get_by_label("登录名").fill("daiyue")
    county.get_by_label("密码").fill(PASSWORD)
    county.keyboard.press("Enter")
    # Signed in, one is where the link led.
    expect(county.get_by_text("怎样导入")).to_be_visible()

    # A workbook with faults comes back marked.
    upload(county, "新站点.xlsx", workbook([
        station(类别="科普站点儿", 联系电话="53812"),
        station(编号="XH902", 场馆名称="道朗镇科普服务站", 乡镇街道="道朗镇"),
    ]))  # fmt: skip
    expect(county.get_by_text("一行也没有写入")).to_be_visible()
    with county.expect_download() as download:
        county.get_by_role("button", name="下载标注了问题的工作簿").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    book = openpyxl.load_workbook(marked)
    sheet = book["站点"]
    heads = [cell.value for cell in sheet[2]]
    comments = {
        heads[cell.column - 1]: cell.comment.text for row in sheet.iter_rows() for cell in row
        if cell.comment
    }  # fmt: skip
    assert set(comments) == {"类别", "联系电话"}
    assert "科普服务站" in comments["类别"]
    assert not finds(public, address, "道朗镇科普服务站")

    # Repaired in the marked workbook itself, it waits for the city.
    sheet.cell(3, heads.index("类别") + 1).value = "科普服务站"
    sheet.cell(3, heads.index("联系电话") + 1).value = "0538-1234567"
    book.save(marked)
    go(county, county.url)
    upload(county, "新站点.xlsx", marked.read_bytes())
    expect(county.get_by_text("其中 2 条要经市级管理员审核才生效")).to_be_visible()
    county.get_by_role("button", name="写入这 2 条").click()
    expect(county.get_by_text("0 条已生效，2 条等待审核")).to_be_visible()
    expect(county.get_by_text("新站点.xlsx")).to_have_count(0)  # nothing to be applied twice
    assert not finds(public, address, STATION)

    # The other county sees nothing of it; the city approves, and the public sees it.
    expect(desk("ningyang").get_by_text("没有待办")).to_be_visible()
    city = desk("shi")
    city.get_by_role("button", name="通过 2 条").click()
    expect(city.get_by_text("已通过，2 条生效")).to_be_visible()
    assert finds(public, address, STATION)

    # One click takes the batch back.
    number = last_submission(store, "import")
    go(city, f"{address}/records?section=batches&batch={number}")
    city.get_by_role("button", name="整批撤销").click()
    expect(city.get_by_text(f"第 {number} 号提交已撤销")).to_be_visible()
    assert not finds(public, address, STATION)


def test_another_countys_row_in_the_link_opens_nothing(register_site, desk):
    address, _store = register_site
    page = desk("ningyang", '/records?section=rows&table=venues&row=["V15"]')
    expect(page.get_by_text("不在您的管理范围")).to_be_visible()
    assert page.get_by_role("button", name="保存").count() == 0
    assert page.get_by_text("大汶口遗址博物馆").count() == 0
    go(page, f"{address}/records?section=layers")
    expect(page.get_by_text("等您审核").first).to_be_visible()


def test_two_editors_of_one_row_see_both_versions_and_lose_nothing(register_site, desk):
    _address, store = register_site
    first, second = (
        desk("shi", '/records?section=rows&table=venues&row=["V15"]') for _ in range(2)
    )
    first.get_by_label("地址").fill("大汶口镇驻地")
    second.get_by_label("主办单位").fill("大汶口遗址管理处")
    second.get_by_label("地址").fill("大汶口镇文化路")
    first.get_by_role("button", name="保存").click()
    expect(first.get_by_text("已保存，立即生效")).to_be_visible()
    second.get_by_role("button", name="保存").click()
    expect(second.get_by_text("别人刚改过这一条")).to_be_visible()
    expect(second.locator(".xh-diff").filter(has_text="大汶口镇驻地")).to_be_visible()
    second.get_by_role("button", name="合并两个版本并保存").click()
    expect(second.get_by_text("已保存，立即生效")).to_be_visible()
    row = store.read("venues").set_index("venue_id").loc["V15"]
    assert (row["address"], row["operator"]) == ("大汶口镇驻地", "大汶口遗址管理处")


def test_a_reporter_sets_a_pin_on_a_phone_and_the_steward_approves_by_keyboard(register_site, desk):
    _address, store = register_site
    phone = desk("xiazhang", "/records?section=rows&table=venues", size="phone")
    # A tap anywhere in a row of the list opens it.
    grid = phone.locator('[data-testid="stDataFrame"]')
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    phone.touchscreen.tap(box["x"] + 200, box["y"] + 38 + 18)
    save = phone.get_by_role("button", name="保存", exact=True)
    save.wait_for()
    phone.get_by_role("textbox", name="地址").fill("夏张镇赵庄村1号")
    before = phone.get_by_role("textbox", name="经度").input_value()

    phone.frame_locator("iframe").locator(".leaflet-marker-icon").first.wait_for()
    area = phone.locator("iframe").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
    expect(phone.get_by_role("textbox", name="经度")).not_to_have_value(before)
    expect(phone.get_by_role("textbox", name="地址")).to_have_value("夏张镇赵庄村1号")
    lon = float(phone.get_by_role("textbox", name="经度").input_value())
    assert 116.7 < lon < 117.2
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for target in (save, phone.get_by_role("button", name="关闭", exact=True)):
        assert target.bounding_box()["height"] >= 44
    save.click()
    expect(phone.get_by_text("已提交，等待审核")).to_be_visible()

    stored = store.read("venues").set_index("venue_id")
    number = stored.index[(stored["township_code"] == XIAZHANG)][0]
    assert stored.loc[number, "lon"] != lon
    steward = desk("daiyue", size="phone")
    expect(steward.get_by_text("夏张镇赵庄村1号")).to_be_visible()
    assert steward.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button = steward.get_by_role("button", name="通过 1 条")
    assert button.bounding_box()["height"] >= 44
    for _ in range(40):
        steward.keyboard.press("Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    steward.keyboard.press("Enter")
    expect(steward.get_by_text("已通过，1 条生效")).to_be_visible()
    assert store.read("venues").set_index("venue_id").loc[number, "lon"] == lon


def test_a_form_open_when_the_session_ends_loses_nothing(register_site, desk):
    _address, store = register_site
    page = desk("daiyue", '/records?section=rows&table=venues&row=["V43"]')
    page.get_by_label("地址").fill("马套村1号")
    other = page.context.new_page()
    go(other, page.url)
    other.get_by_role("button", name="退出").click()
    expect(other.locator(".xh-sign-in")).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("您填的内容已替您留着")).to_be_visible()
    page.get_by_label("登录名").fill("daiyue")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("地址")).to_have_value("马套村1号")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已提交，等待审核")).to_be_visible()
    assert store.read("venues").set_index("venue_id").loc["V43", "address"] != "马套村1号"
