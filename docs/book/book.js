// The book's behaviour: contents, the way from chapter to chapter, the place kept, search, tips.
"use strict";

const element = (id) => document.getElementById(id);

// make("a", { href, className }, children...)
function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const page_name = location.pathname.split("/").pop() || "index.html";

// ---- Contents, scheme, progress ------------------------------------------------------------------

const contents = element("contents");
const is_wide = () => innerWidth >= 1100;

contents.addEventListener("toggle", () => {
  if (is_wide()) localStorage.setItem("contents", contents.open ? "open" : "folded");
});
for (const link of contents.querySelectorAll("a")) {
  if (link.getAttribute("href") === page_name) link.setAttribute("aria-current", "page");
  if (link.dataset.minutes > 1) {
    link.append(" ", make("small", { textContent: `${link.dataset.minutes} min` }));
  }
}

element("scheme").addEventListener("click", () => {
  localStorage.setItem("scheme", book.scheme() === "dark" ? "light" : "dark");
  document.documentElement.classList.toggle("dark-mode", book.scheme() === "dark");
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  document.documentElement.classList.toggle("dark-mode", book.scheme() === "dark"));

const current = contents.querySelector("[aria-current]");
const title = current ? current.firstChild.data.trim() : document.title.split(" - ")[0];

function show_progress() {
  const room = document.documentElement.scrollHeight - innerHeight;
  const share = room > 0 ? Math.min(1, scrollY / room) : 1;
  element("progress").style.transform = `scaleX(${share})`;
  element("place").textContent = current ? `${Math.round(100 * share)} % · ${title}` : title;
}
addEventListener("scroll", show_progress, { passive: true });
addEventListener("resize", show_progress);
show_progress();

// ---- From chapter to chapter ---------------------------------------------------------------------

// The neighbours of this page among the pages of the contents that one reads in order.
const in_order = [...contents.querySelectorAll("a[data-minutes]")];
const [previous, next] = [-1, 1].map((step) =>
  current ? in_order[in_order.indexOf(current) + step] : undefined);

function way(link, direction) {
  if (!link) return make("span");
  const name = link.firstChild.data.trim();
  const text = direction === "prev" ? `← ${name}` : `${name} →`;
  return make("a", { href: link.href, rel: direction, textContent: text });
}

const chain = document.querySelector("div.chain");
if (chain) {
  const above = make("nav", { className: "way", ariaLabel: "Neighbours" }, way(previous, "prev"),
    make("span", { textContent: `about ${current.dataset.minutes} minutes` }), way(next, "next"));
  document.querySelector("div.header").after(above);
  const below = make("nav", { className: "way", ariaLabel: "Neighbours, again" },
    way(previous, "prev"), make("a", { href: "index.html", textContent: "Contents" }),
    way(next, "next"));
  chain.replaceWith(below);
}

// ---- The place that is being read ----------------------------------------------------------------

// Kept for a reload and for the way back, also while formulas still change the height of the page:
// the heading or paragraph at the top of the window, and how far it is scrolled.
history.scrollRestoration = "manual";
const anchors = () =>
  [...document.querySelectorAll("main :is(h1, h2, h3, p, .fragment, img, table)")];
const key = "place in " + page_name;

function keep_place() {
  const all = anchors();
  const at = all.findIndex((node) => node.getBoundingClientRect().bottom > 60);
  if (at < 0) return;
  const place = { at, offset: all[at].getBoundingClientRect().top };
  sessionStorage.setItem(key, JSON.stringify(place));
  if (page_name.startsWith("chapter_") && scrollY > 200) {
    localStorage.setItem("reading", JSON.stringify({ page: page_name, title, at: place }));
  }
}
addEventListener("pagehide", keep_place);
document.addEventListener("visibilitychange", keep_place);

function go_to(place) {
  const node = anchors()[place?.at];
  if (node) scrollBy(0, node.getBoundingClientRect().top - place.offset);
}

const arrival = performance.getEntriesByType("navigation")[0]?.type;
const kept = arrival === "reload" || arrival === "back_forward" || location.hash === "#resume"
  ? JSON.parse(location.hash === "#resume"
      ? JSON.stringify(JSON.parse(localStorage.getItem("reading"))?.at ?? null)
      : sessionStorage.getItem(key))
  : null;
let has_moved = false;
for (const kind of ["wheel", "touchstart", "keydown", "mousedown"]) {
  addEventListener(kind, () => { has_moved = true; }, { passive: true, once: true });
}
book.settle = () => {
  if (kept && !has_moved) go_to(kept);
};
book.settle();

const reading = JSON.parse(localStorage.getItem("reading"));
if (page_name === "index.html" && reading) {
  const link = make("a", { href: reading.page + "#resume", textContent: reading.title });
  document.querySelector("div.contents").prepend(
    make("p", { className: "resume" }, "Go on where you were: ", link));
}

// ---- Headings and the list of sections -----------------------------------------------------------

const sections = [...document.querySelectorAll("div.textblock :is(h2, h3)")]
  .filter((heading) => heading.querySelector("a.anchor[id]"));
for (const heading of sections) {
  const id = heading.querySelector("a.anchor").id;
  heading.append(make("a", { href: "#" + id, className: "permalink", textContent: "#",
    ariaLabel: "Link to this section" }));
}

const toc = document.querySelector("div.toc");
if (toc) {
  const list = make("details", { className: "toc", open: innerWidth >= 1100 },
    make("summary", { textContent: "On this page" }), toc.querySelector("ul"));
  toc.replaceWith(list);
  const links = new Map([...list.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const mark = () => {
    const at_end = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const passed = sections.filter((heading) => heading.getBoundingClientRect().top < 120);
    const heading = at_end ? sections.at(-1) : passed.at(-1);
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(heading?.querySelector("a.anchor").id)?.setAttribute("aria-current", "true");
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
}

// ---- Code, output, commands, pictures, tables ----------------------------------------------------

for (const box of document.querySelectorAll("div.textblock .fragment")) {
  const text = [...box.querySelectorAll(".line")].map((line) => line.textContent).join("\n")
    || box.textContent;
  if (box.tagName === "PRE" && /^\s*(\.\/run|cmake|ctest|apt-get|git|python3|pip) /.test(text)) {
    box.classList.add("command");
  }
  // What is too wide for a small screen is set smaller, but not too small to be read.
  const excess = box.scrollWidth / box.clientWidth;
  if (excess > 1 && innerWidth < 768) box.style.fontSize = `${Math.max(10, 12 / excess - 0.1)}px`;
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;  // scrolled by keys
  if (box.closest(".output") || !box.matches(".command, .listing .fragment")) continue;
  const button = make("button", { type: "button", className: "copy", textContent: "Copy" });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  const frame = make("div", { className: "with-copy" });
  box.replaceWith(frame);
  frame.append(box, button);
}
for (const image of document.querySelectorAll("div.textblock div.image img")) {
  const link = make("a", { href: image.getAttribute("src"), title: "The picture alone, larger" });
  image.replaceWith(link);
  link.append(image);
}
// The numbers in the plan of the Transformer lead to their chapters.
const plan = document.querySelector('img[src$="figures/transformer.svg"]');
if (plan) {
  const frame = make("span", { className: "plan" });
  plan.replaceWith(frame);
  frame.append(plan);
  const [width, height] = [960, 840];  // of its viewBox
  for (const [chapter, x, y] of book.places_in_plan) {
    const page = in_order.find((link) => link.getAttribute("href").startsWith(`chapter_${chapter}_`));
    const name = page.firstChild.data.trim();
    const link = make("a", { href: page.href, title: name, ariaLabel: name });
    link.style.left = `${100 * x / width}%`;
    link.style.top = `${100 * y / height}%`;
    frame.append(link);
  }
}
for (const table of document.querySelectorAll("div.textblock table")) {
  const frame = make("div", { className: "wide" });
  table.replaceWith(frame);
  frame.append(table);
  if (frame.scrollWidth > frame.clientWidth) {
    frame.tabIndex = 0;
    frame.role = "region";
    frame.ariaLabel = "A wide table";
  }
}

// The idea comes first: the table of a chapter's files is folded.
for (const head of document.querySelectorAll("div.textblock th:first-child")) {
  if (head.textContent.trim() !== "File") continue;
  const frame = head.closest(".wide");
  const folded = make("details", { className: "files" },
    make("summary", { textContent: `The files of this ${chain ? "chapter" : "folder"}` }));
  frame.replaceWith(folded);
  folded.append(frame);
}

// ---- Questions that answer back ------------------------------------------------------------------

// A question is a paragraph and one <details> for each choice; opening one answers.
for (const first of document.querySelectorAll("details.choice")) {
  if (first.previousElementSibling?.matches("details.choice")) continue;
  const choices = [first];
  while (choices.at(-1).nextElementSibling?.matches("details.choice")) {
    choices.push(choices.at(-1).nextElementSibling);
  }
  const quiz = make("div", { className: "quiz", role: "group" });
  const question = first.previousElementSibling;
  question.before(quiz);
  quiz.append(question, ...choices);
  quiz.ariaLabel = "A question";
  // What the program prints there gives the answer away: it waits for one.
  const printed = make("details", { className: "printed" },
    make("summary", { textContent: "What the program prints" }));
  const output = quiz.nextElementSibling;
  if (output?.matches(".output")) {
    output.replaceWith(printed);
    printed.append(output);
  }
  for (const choice of choices) {
    choice.addEventListener("toggle", () => {
      if (!choice.open) return;
      choice.classList.add("tried");
      for (const other of choices) other.open = other === choice;
      if (choice.matches(".right")) printed.open = true;
    });
  }
}

addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details:not(.choice)")) folded.open = true;
});

// ---- Symbols -------------------------------------------------------------------------------------

// A name of the code that docs/notation.md explains says on hover, focus or tap what it means.
const tip = make("div", { id: "tip", role: "tooltip", hidden: true });
document.body.append(tip);

book.explain = (node, meaning) => {
  const show = () => {
    const box = node.getBoundingClientRect();
    tip.textContent = meaning;
    tip.hidden = false;
    const left = Math.min(box.left, innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    const above = box.top - tip.offsetHeight - 6;
    tip.style.top = `${above > 60 ? above : box.bottom + 6}px`;
  };
  const hide = () => { tip.hidden = true; };
  node.classList.add("symbol");
  for (const kind of ["mouseenter", "click"]) node.addEventListener(kind, show);
  node.addEventListener("mouseleave", hide);
};
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

const meanings = new Map(book.symbols.filter(([, name]) => name)
  .map(([, name, meaning]) => [name, meaning]));
if (page_name !== "notation.html") {
  for (const code of document.querySelectorAll("div.textblock :is(code, .tt)")) {
    const meaning = meanings.get(code.textContent);
    if (meaning && !code.closest("a")) book.explain(code, `${code.textContent}: ${meaning}`);
  }
}

// ---- Keys ----------------------------------------------------------------------------------------

element("search").addEventListener("click", () => book.search());
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  const actions = {
    "/": () => book.search(), s: () => book.search(),
    n: () => { if (next) location = next.href; },
    p: () => { if (previous) location = previous.href; },
  };
  if (event.key === "Escape" && contents.open && !is_wide()) {
    contents.open = false;
    contents.querySelector("summary").focus();
  }
  if (!(event.key in actions)) return;
  event.preventDefault();
  actions[event.key]();
});

// The search is fetched when it is first asked for.
book.search = () => {
  if (book.open_search) return book.open_search();
  const scripts = ["sections.js", "names.js", "search.js"];
  const load = () => {
    const name = scripts.shift();
    if (!name) return book.open_search();
    document.head.append(make("script", { src: name, onload: load }));
  };
  load();
};
