/* What Streamlit's page leaves out: the reader's language, names for its controls, landmarks,
 * and a sentence when the server is gone. It only names what stands there; without it the page
 * works as before. Words come from Python (ui/delivery.py) and reach the page as text.
 */
(function () {
  "use strict";

  const WORDS = JSON.parse(document.currentScript.dataset.words);
  // Streamlit's names of its controls, and the words that stand for them.
  const NAMES = {
    "Skip to main content": "skip", Open: "open", "Choose date": "choose_date",
    "Previous month": "previous_month", "Next month": "next_month", Decrement: "less",
    Increment: "more", Pagination: "pages", "Previous page": "previous_page",
    "Next page": "next_page", "Show/hide columns": "columns", Search: "search",
    Fullscreen: "fullscreen", "Close fullscreen": "fullscreen_end", "file upload": "upload",
    "Choose an option": "choose", "Clear value": "clear", "Clear all": "clear", Close: "close",
  };
  const PAGE = /^Page (\d+)$/;
  const HELP = /^Help for (.*)$/;
  const STILL_MS = 700; // the page has settled when nothing moved for so long

  let words = WORDS.zh;
  let met = false; // the server was there once
  let told = "";

  function set(node, name, value) {
    if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
  }

  function nameFor(english) {
    if (NAMES[english]) return words[NAMES[english]];
    const page = PAGE.exec(english);
    if (page) return words.page.replace("{number}", page[1]);
    const help = HELP.exec(english);
    return help ? words.help.replace("{name}", help[1]) : "";
  }

  function rename() {
    for (const attribute of ["aria-label", "placeholder"]) {
      document.querySelectorAll(`[${attribute}]`).forEach((node) => {
        const name = nameFor(node.getAttribute(attribute));
        if (name) set(node, attribute, name);
      });
    }
    const skip = document.querySelector("[data-testid=stSkipToContent]");
    if (skip && skip.firstChild && skip.textContent !== words.skip) {
      skip.firstChild.nodeValue = words.skip;
    }
    document.querySelectorAll("[data-testid=stIconMaterial]").forEach((icon) => {
      set(icon, "aria-hidden", "true"); // its text is the name of a picture
    });
    document.querySelectorAll("iframe[title^=streamlit_folium]").forEach((map) => {
      set(map, "title", words.map);
    });
  }

  function landmarks() {
    const menu = document.querySelector(".st-key-xh-nav");
    set(menu, "role", "navigation");
    set(menu, "aria-label", words.menu);
    document.querySelectorAll("[class*=st-key-xh-there-] a").forEach((link) => {
      link.removeAttribute("aria-current");
    });
    set(document.querySelector("[class*=st-key-xh-here-] a"), "aria-current", "page");
    set(document.querySelector(".st-key-xh-footer"), "role", "contentinfo");
  }

  // --- notes above the page: they stay out of the way and are read out -----------------------

  function note(id, text) {
    let block = document.getElementById(id);
    if (!block) {
      block = document.createElement("div");
      block.id = id;
      block.className = "xh-note";
      block.setAttribute("role", "status");
      document.body.appendChild(block);
    }
    if (block.textContent !== text) block.textContent = text;
    block.hidden = !text;
  }

  // Streamlit's own boxes lock the page, in English; what they say stands in a note of ours.
  function boxes() {
    document.querySelectorAll(".stDialog [role=dialog]").forEach((box) => {
      const title = box.querySelector("h2");
      const said = title && title.textContent;
      if (said !== "Connection error" && said !== "Page not found") return;
      if (said === "Page not found") {
        note("xh-no-page", words.no_page);
        setTimeout(() => note("xh-no-page", ""), 12000);
      }
      const close = box.querySelector("button");
      if (close) close.click();
    });
  }

  function connection(app) {
    const state = app && app.dataset.testConnectionState;
    if (state === "CONNECTED") met = true;
    note("xh-lost", met && state !== "CONNECTED" ? words.lost : "");
  }

  // The page's main figure, read out when it has changed.
  function sayFigure() {
    const figure = document.querySelector(".xh-sentence");
    const text = figure ? figure.textContent : "";
    if (!text || text === told) return;
    if (told) note("xh-said", text);
    told = text;
  }

  // --- at every change, once ----------------------------------------------------------------

  let waiting = false;
  let settled = 0;

  function look() {
    waiting = false;
    const english = document.querySelector(".xh-brand.xh-en");
    words = english ? WORDS.en : WORDS.zh;
    set(document.documentElement, "lang", english ? "en" : "zh-CN");
    rename();
    landmarks();
    boxes();
    connection(document.querySelector(".stApp"));
    clearTimeout(settled);
    settled = setTimeout(sayFigure, STILL_MS);
  }

  function soon() {
    if (waiting) return;
    waiting = true;
    setTimeout(look, 120);
  }

  new MutationObserver(soon).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true,
    attributeFilter: ["aria-label", "placeholder", "data-test-connection-state"],
  });
  soon();
})();
