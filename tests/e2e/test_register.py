"""The register in a real browser: from a faulty workbook to the public map, and back."""

import io
from pathlib import Path

import openpyxl
import pytest

from geo import accounts, register
from geo.store import Store
from tests.e2e.conftest import NOW
from tests.e2e.sites import ROOT, site, watch

pytestmark = pytest.mark.browser
PASSWORD = "mountain-tai-1545"
STATION = "夏张镇党群服务中心星火科普服务站"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLOW_MS = 20_000


@pytest.fixture(scope="module")
def register_site(tmp_path_factory):
    """Return a site of its own on the shipped data, with a county steward and a city steward."""
    folder = tmp_path_factory.mktemp("register")
    url = f"sqlite:///{folder / 'store.db'}"
    store = Store(url)
    register.build(ROOT / "data", store)
    for login, name, role, kind, place in (
        ("daiyue", "岱岳区科协", "steward", "unit", "370911"),
        ("ningyang", "宁阳县科协", "steward", "unit", "370921"),
        ("shi", "市科协", "city", "", ""),
    ):
        accounts.add_account(
            store, login=login, name=name, role=role, place_kind=kind, place=place,
            password=PASSWORD, by="system",
        )  # fmt: skip
    store.close()
    evidence = str(folder / "evidence")
    with site(XINGHUO_DATABASE_URL=url, XINGHUO_NOW=NOW, XINGHUO_EVIDENCE=evidence) as address:
        yield address, url


def signed_in(browser, address, login, **size):
    """Return a page of a new browser, signed in as `login`, and its context."""
    context = browser.new_context(
        locale="zh-CN", viewport=size or {"width": 1280, "height": 800}, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    foreign, errors = watch(page, address)
    page.goto(f"{address}/records")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("的身份登录").wait_for()
    return page, context, foreign, errors


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


def public_finds(browser, address, words) -> bool:
    """Say whether somebody without an account finds a place called `words`."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    page.goto(f"{address}/?q={words}")
    page.locator(".xh-sentence").first.wait_for()
    page.wait_for_timeout(800)
    found = page.get_by_role("button", name=words, exact=True).count() > 0
    context.close()
    return found


def upload(page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": XLSX, "buffer": content}
    )


def test_from_a_faulty_workbook_to_the_public_map_and_back(browser, register_site, tmp_path: Path):
    address, url = register_site
    page, county, foreign, errors = signed_in(browser, address, "daiyue")

    # A workbook with faults comes back marked.
    page.goto(f"{address}/records?section=import&table=venues")
    page.get_by_text("怎样导入").wait_for()
    upload(page, "新站点.xlsx", workbook([
        station(类别="科普站点儿", 联系电话="53812"),
        station(编号="XH902", 场馆名称="道朗镇科普服务站", 乡镇街道="道朗镇"),
    ]))  # fmt: skip
    page.get_by_text("一行也没有写入").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载标注了问题的工作簿").click()
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
    assert not public_finds(browser, address, "道朗镇科普服务站")

    # Repaired in the marked workbook itself, it waits for the city.
    sheet.cell(3, heads.index("类别") + 1).value = "科普服务站"
    sheet.cell(3, heads.index("联系电话") + 1).value = "0538-1234567"
    book.save(marked)
    page.reload()
    page.get_by_text("怎样导入").wait_for()
    upload(page, "新站点.xlsx", marked.read_bytes())
    page.get_by_text("其中 2 条要经市级管理员审核才生效").wait_for()
    page.get_by_role("button", name="写入这 2 条").click()
    page.get_by_text("0 条已生效，2 条等待审核").wait_for()
    page.goto(f"{address}/records")
    page.get_by_text("您提交的，等待审核").wait_for()
    assert not public_finds(browser, address, STATION)

    # The other county sees nothing of it; the city approves, and the public sees it.
    other, apart, *_ = signed_in(browser, address, "ningyang")
    other.get_by_text("没有待办").wait_for()
    apart.close()
    city, desk, city_foreign, city_errors = signed_in(browser, address, "shi")
    city.get_by_text("等您审核", exact=True).wait_for()
    city.get_by_role("button", name="通过 2 条").click()
    city.get_by_text("已通过，2 条生效").wait_for()
    assert public_finds(browser, address, STATION)

    # One click takes the batch back.
    city.goto(f"{address}/records?section=batches")
    city.get_by_text("每次保存、导入、核实或撤销").wait_for()
    store = Store(url)
    with store.reading() as connection:
        from geo import journal

        listed = journal.submissions(connection, limit=5)
    store.close()
    number = int(listed[listed["kind"] == "import"]["submission_id"].iloc[0])
    city.goto(f"{address}/records?section=batches&batch={number}")
    city.get_by_role("button", name="整批撤销").click()
    city.get_by_text(f"第 {number} 号提交已撤销").wait_for()
    assert not public_finds(browser, address, STATION)
    assert (foreign, errors, city_foreign, city_errors) == ([], [], [], [])
    county.close()
    desk.close()


def test_another_countys_row_in_the_link_opens_nothing(browser, register_site):
    address, _url = register_site
    page, context, *_ = signed_in(browser, address, "ningyang")
    page.goto(f'{address}/records?section=rows&table=venues&row=["V15"]')
    page.get_by_text("归您管理").wait_for()
    page.wait_for_timeout(1500)
    assert page.get_by_role("button", name="保存").count() == 0
    assert page.get_by_text("大汶口遗址博物馆").count() == 0
    page.goto(f"{address}/records?section=layers")
    page.get_by_text("等您审核").first.wait_for()
    context.close()


def test_two_editors_of_one_row_see_both_versions_and_lose_nothing(browser, register_site):
    address, url = register_site
    pages = [signed_in(browser, address, who) for who in ("shi", "shi")]
    for page, *_ in pages:
        page.goto(f'{address}/records?section=rows&table=venues&row=["V15"]')
        page.get_by_label("地址").wait_for()
    (first, *_), (second, *_) = pages
    first.get_by_label("地址").fill("大汶口镇驻地")
    first.get_by_role("button", name="保存").click()
    first.get_by_text("已保存，立即生效").wait_for()
    second.get_by_label("主办单位").fill("大汶口遗址管理处")
    second.get_by_label("地址").fill("大汶口镇文化路")
    second.get_by_role("button", name="保存").click()
    second.get_by_text("别人刚改过这一条").wait_for()
    assert second.locator(".xh-diff").filter(has_text="大汶口镇驻地").count()
    second.get_by_role("button", name="合并两个版本并保存").click()
    second.get_by_text("已保存，立即生效").wait_for()
    store = Store(url)
    row = store.read("venues").set_index("venue_id").loc["V15"]
    store.close()
    assert (row["address"], row["operator"]) == ("大汶口镇驻地", "大汶口遗址管理处")
    for _, context, *_ in pages:
        context.close()
