"""Words of the frame, of signing in, of notices, and those that several pages use."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # --- the frame -------------------------------------------------------------
    "site.name": ("泰山星火科普云地图", "Xinghuo Science Map of Tai'an"),
    "site.purpose": (
        "在泰安找一处能去的科普场馆、服务站或研学路线；看清哪些乡镇、村（社区）还没有覆盖。",
        "Find a science hall, station or study tour in Tai'an, and see which townships "
        "and villages are not reached yet.",
    ),
    "site.opening": (
        "正在打开泰山星火科普云地图…… 如果一直停在这里，请换用较新的浏览器。",
        "Opening the map… If this stays, please use a newer browser.",
    ),
    "site.no_script": (
        "这个网站需要 JavaScript。请在浏览器设置里打开，或换一个浏览器。",
        "This site needs JavaScript. Please switch it on, or use another browser.",
    ),
    "nav.home": ("云地图", "Map"),
    "nav.coverage": ("乡镇覆盖", "Townships"),
    "nav.promoters": ("宣传员覆盖", "Promoters"),
    "nav.siting": ("选址建议", "Next sites"),
    "nav.tours": ("研学路线", "Study tours"),
    "nav.records": ("登记", "Register"),
    "title.home": ("找科普场馆", "Find a science venue"),
    "title.coverage": ("乡镇（街道）服务站覆盖", "Service stations by township"),
    "title.promoters": ("村（社区）宣传员覆盖", "Promoters by village"),
    "title.siting": ("下一批服务站建在哪里", "Where the next stations go"),
    "title.tours": ("研学路线", "Study tours"),
    "title.records": ("登记与审核", "Register"),
    "frame.language": ("English", "中文"),
    "frame.language_help": ("Switch to English", "切换到中文"),
    "frame.loading": ("正在读取数据…", "Reading data…"),
    "frame.unexpected": (
        "这一页出了意外，数据没有改动。请刷新页面；如果再次出现，请把时间告诉管理员。",
        "Something unexpected happened on this page; no data was changed. Reload the page, "
        "and tell the operator the time if it happens again.",
    ),
    # --- what the browser adds to Streamlit's page; see ui.delivery ------------------
    "browser.skip": ("跳到正文", "Skip to main content"),
    "browser.open": ("展开选项", "Open"),
    "browser.choose_date": ("选日期", "Choose date"),
    "browser.previous_month": ("上个月", "Previous month"),
    "browser.next_month": ("下个月", "Next month"),
    "browser.less": ("减少", "Decrement"),
    "browser.more": ("增加", "Increment"),
    "browser.pages": ("分页", "Pages"),
    "browser.page": ("第 {number} 页", "Page {number}"),
    "browser.previous_page": ("上一页", "Previous page"),
    "browser.next_page": ("下一页", "Next page"),
    "browser.columns": ("显示或隐藏列", "Show or hide columns"),
    "browser.search": ("在表里搜索", "Search in the table"),
    "browser.fullscreen": ("全屏", "Full screen"),
    "browser.fullscreen_end": ("退出全屏", "Leave full screen"),
    "browser.upload": ("选择文件", "File upload"),
    "browser.choose": ("请选择", "Choose an option"),
    "browser.clear": ("清除", "Clear"),
    "browser.close": ("关闭", "Close"),
    "browser.help": ("说明：{name}", "Help for {name}"),
    "browser.map": ("地图", "Map"),
    "browser.menu": ("各页", "Pages of the site"),
    "browser.lost": (
        "和服务器的连接断了，正在自动重连。页面上的内容还能看，接通以前按钮和选项不起作用。",
        "The connection to the server is lost; trying again. You can go on reading; buttons "
        "and choices work again once it is back.",
    ),
    "browser.no_page": (
        "没有这个网址的页面，这里是首页。请核对网址，或从上面的菜单进入。",
        "There is no page at this address; this is the home page. Check the address, or use "
        "the menu above.",
    ),
    # --- signing in --------------------------------------------------------------
    "account.sign_in": ("登录", "Sign in"),
    "account.sign_out": ("退出", "Sign out"),
    "account.login": ("登录名", "Login"),
    "account.password": ("密码", "Password"),
    "account.why": (
        "这里供市、县科协和场馆的工作人员维护登记的内容。查地图不用登录。",
        "For the staff of the associations and venues who keep the register. The map needs no "
        "account.",
    ),
    "account.forgotten": (
        "没有账号或忘了密码，请找市科协的管理员。",
        "No account, or the password forgotten? Ask the operator.",
    ),
    "account.failed": (
        "登录名或密码不对，或账号已停用。请核对后再试。",
        "The login or the password is wrong, or the account is disabled. Check both and try again.",
    ),
    "account.throttled": (
        "登录失败的次数太多，请过几分钟（最多 15 分钟）再试。",
        "Too many failed sign-ins. Try again in a few minutes, 15 at most.",
    ),
    "account.unavailable": (
        "暂时不能登录，也没有改动任何内容。请过一会儿再试；一直这样就告诉管理员。",
        "Signing in is not possible just now. Try again in a moment; if it stays, tell the "
        "operator.",
    ),
    "account.ended": ("登录已失效或已退出。请重新登录。", "The session is over. Sign in again."),
    "account.ended_kept": (
        "登录已失效或已退出，没有保存。您填的内容已替您留着，用同一个账号重新登录就会填回来。",
        "The session is over and nothing was saved. What you typed is kept: sign in again with the "
        "same account and it is filled in.",
    ),
    "account.draft_back": (
        "上次没来得及保存的内容已填回表单，请核对后保存。",
        "What you had not saved is back in the form; check it and save.",
    ),
    "account.refused": (
        "这个请求不是从本站的页面发出的，没有处理。请打开本站，再登录或退出。",
        "This request did not come from a page of this site. Open the site and try again.",
    ),
    "account.provider": ("用统一身份认证登录", "Sign in with the identity provider"),
    "account.provider_named": ("用 {name} 登录", "Sign in with {name}"),
    "account.provider_stranger": (
        "统一身份认证确认您是 {identity}，但这里没有可用的这个账号，或者登录已经过期。请重新登录；还不行就找市科协的管理员。",
        "The identity provider says that you are {identity}, but there is no such account here, "
        "or the sign-in has expired. Sign in again, or ask the operator.",
    ),
    "account.no_provider_library": (
        "配置了统一身份认证，但没有装它要用的软件包。请管理员安装 requirements-oidc.txt。",
        "An identity provider is configured, but its packages are missing: install "
        "requirements-oidc.txt.",
    ),
    "account.who": (
        "您以 {name} 的身份登录：{role}，管理范围 {place}。",
        "You are signed in as {name}: {role}, for {place}.",
    ),
    "account.role_reporter": ("填报员", "reporter"),
    "account.role_steward": ("县市区、功能区管理员", "steward"),
    "account.role_city": ("市级管理员", "city steward"),
    "account.role_admin": ("系统管理员", "administrator"),
    # --- notices -----------------------------------------------------------------
    "notice.demo": (
        "含虚构的演示数据：{what}。名称带“演示”二字，只为展示功能，不代表实际进度。",
        "Contains invented demonstration data: {what}. Their names contain 演示; they show "
        "how the map works and are no record of progress.",
    ),
    "notice.demo_stations": ("{count} 个演示站点", "{count} demonstration stations"),
    "notice.demo_promoters": ("{count} 名演示宣传员", "{count} demonstration promoters"),
    "notice.demo_mark": ("演示", "demo"),
    "notice.schematic": (
        "示意图：乡镇界线按驻地大致位置划分，不是行政区域界线",
        "Schematic: township lines follow approximate seats and are not boundaries",
    ),
    "notice.official": ("行政区域界线", "Administrative boundaries"),
    "notice.unreviewed": ("草图·未经审核", "Draft, not reviewed"),
    "notice.approval": ("审图号：{number}", "Map approval: {number}"),
    "notice.layer_source": ("边界来源：{source}", "Boundaries: {source}"),
    "notice.layer_date": ("边界日期：{date}", "Dated {date}"),
    "notice.position": (
        "虚线标记只定到乡镇（街道）驻地附近，可能相差数公里，出发前请按名称导航或致电",
        "Dashed marks are placed near the township seat only, maybe kilometres off: "
        "navigate by name, or call first",
    ),
    "footer.data": (
        "数据截至 {date}；乡镇、村（社区）名录为国家统计局 {year} 年版。",
        "Data as of {date}; list of townships and villages: National Bureau of Statistics, {year}.",
    ),
    "footer.sources": (
        "每一处场馆都注明来源和等级，未知的就写未知。发现错误请告诉主办单位。",
        "Every venue names its source and grade; what is unknown is shown as unknown.",
    ),
    # --- words several pages use -----------------------------------------------
    "all.longer": ("再列 {step} 条（还有 {count} 条）", "{step} more (of {count})"),
    "all.unknown": ("未知", "unknown"),
    "all.yes": ("是", "yes"),
    "all.no": ("否", "no"),
    "all.city": ("泰安市", "Tai'an"),
    "all.county": ("县市区", "County"),
    "all.unit": ("填报单位", "Reporting unit"),
    "all.township": ("乡镇（街道）", "Township"),
    "all.village": ("村（社区）", "Village"),
    "all.total": ("总数", "Total"),
    "all.covered": ("已覆盖", "Covered"),
    "all.uncovered": ("未覆盖", "Not covered"),
    "all.share": ("覆盖率", "Share"),
    "all.as_of": ("截至日期", "As of"),
    "all.count_demo": ("计入演示数据", "Count demonstration rows"),
    "all.everything": ("全部", "All"),
    "all.download_csv": ("下载 CSV", "Download CSV"),
    "all.download_xlsx": ("下载 Excel", "Download Excel"),
    "all.clear": ("清除", "Clear"),
    "all.about": ("约 {value}", "about {value}"),
    "all.minutes": ("{value} 分钟", "{value} min"),
    "all.km": ("{value} 公里", "{value} km"),
    "all.no_rows": ("没有符合条件的记录。", "Nothing matches."),
    "all.rows": ("{count} 行", "{count} rows"),
}
