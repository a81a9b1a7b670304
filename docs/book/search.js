// The search: sections of the book first, then names of the code. Everything is here, nothing is
// asked of a network. A section counts by BM25 over its text, and more by its headings.
"use strict";

// Words that say nothing about what is looked for.
const fillers = new Set(("a an and are as at be by can do does for from how i in is it its of on or " +
  "that the their this to what when which who why with you your").split(" "));
// Words for the same thing.
const same = { sqrt: "root", optimiser: "optimizer", lr: "rate", ffn: "forward", query: "queri" };

// The stem of a word, roughly: divide, divided and division, norm and norms are one.
function stem(word) {
  if (word in same) return same[word];
  if (word.length < 4 || /[_\d]/.test(word)) return word;
  return word.replace(/is(e|ed|es|ing|ation|ations)$/, "iz").replace(/iz(e|ed|es|ing|ation|ations)$/, "iz")
    .replace(/vis(ion|ions)$/, "vid").replace(/([^s])s$/, "$1").replace(/ie$|y$/, "i")
    .replace(/(ing|edly|ed|e|ion|al|er|or)$/, (end, _, at) => at < 3 ? end : "")
    .replace(/([bdgmnprt])\1$/, "$1");
}

// The words of a text: warm-up is warm, up and warmup.
function words_of(text) {
  const words = [];
  const plain = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  for (const [word] of plain.matchAll(/[\p{L}\p{N}_]+(-[\p{L}\p{N}_]+)*/gu)) {
    const parts = word.split("-");
    words.push(...parts);
    if (parts.length > 1) words.push(parts.join(""));
  }
  return words;
}

// ---- The index -----------------------------------------------------------------------------------

const telling = (words) => words.filter((word) => !fillers.has(word) && !/^\d+$/.test(word));
const counts_in = (text) => {
  const counts = new Map();
  for (const word of telling(words_of(text))) {
    const key = stem(word);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

const indexed = book.sections.map(([address, page, heading, text]) => ({
  address, page, heading, text,
  counts: counts_in(text), in_heading: counts_in(heading), in_page: counts_in(page),
  n_words: words_of(text).length,
}));
const mean_words = indexed.reduce((sum, section) => sum + section.n_words, 0) / indexed.length;
const n_sections_with = new Map();
for (const section of indexed) {
  for (const word of new Set([...section.counts.keys(), ...section.in_heading.keys()])) {
    n_sections_with.set(word, (n_sections_with.get(word) ?? 0) + 1);
  }
}
const all_words = [...n_sections_with.keys()];

// What a word that was typed may stand for: itself; while it is being typed, what begins with it.
function meant_by(word, is_last) {
  const key = stem(word);
  if (n_sections_with.has(key) || !is_last) return [key];
  return all_words.filter((known) => known.startsWith(word) || known.startsWith(key)).slice(0, 20);
}

function score(section, terms, phrase) {
  let sum = 0, n_found = 0;
  for (const keys of terms) {
    let best = 0;
    for (const key of keys) {
      const n = n_sections_with.get(key) ?? 0;
      const rarity = Math.log(1 + (indexed.length - n + 0.5) / (n + 0.5));
      const count = section.counts.get(key) ?? 0;
      const length = 0.4 + 0.6 * section.n_words / mean_words;
      const by_text = 2.2 * count / (count + 1.2 * length);
      const by_heading = section.in_heading.has(key)
        ? (section.heading === section.page ? 10 : 7) / Math.sqrt(section.in_heading.size) : 0;
      const by_page = section.in_page.has(key) ? 0.6 : 0;
      best = Math.max(best, rarity * (by_text + by_heading + by_page));
    }
    if (best > 0) ++n_found;
    sum += best;
  }
  if (n_found === 0) return 0;
  if (terms.length > 1 && words_of(section.heading).join(" ").includes(phrase)) sum += 6;
  if (terms.length > 1 && words_of(section.text).join(" ").includes(phrase)) sum += 2;
  // Chapters explain; other pages, and the ends of chapters, list.
  const explains = section.address.startsWith("chapter_") &&
    !/^(References|Exercises)$/.test(section.heading);
  return sum * (n_found / terms.length) ** 2 * (explains ? 1 : 0.6);
}

// The best sections for what was typed: [{ section, terms }].
book.find_sections = (query) => {
  const typed = words_of(query.replaceAll("-", " "));
  const asked = telling(typed);
  const terms = asked.map((word, i) => meant_by(word, i === asked.length - 1))
    .filter((keys) => keys.length > 0);
  if (terms.length === 0) return [];
  return indexed.map((section) => ({ section, terms, score: score(section, terms, asked.join(" ")) }))
    .filter((hit) => hit.score > 0).sort((a, b) => b.score - a.score).slice(0, 8);
};

// Names of the code: exactly the one typed, then those that begin with it, then those that hold it.
book.find_names = (query) => {
  const typed = query.trim().toLowerCase().replaceAll(" ", "_");
  if (typed.length < 2) return [];
  const rank = ([name]) => {
    const own = name.toLowerCase().split("::").at(-1);
    return own === typed ? 0 : own.startsWith(typed) ? 1 : own.includes(typed) ? 2 : 3;
  };
  return book.names.filter((row) => rank(row) < 3)
    .sort((a, b) => rank(a) - rank(b) || a[0].length - b[0].length).slice(0, 8);
};

// ---- What is shown -------------------------------------------------------------------------------

// Some words of a section around the first that was asked for; those asked for are marked.
function excerpt({ section, terms }) {
  const keys = new Set(terms.flat());
  const pieces = section.text.split(/(\s+)/);
  const hits = (piece) => words_of(piece).some((word) => keys.has(stem(word)));
  const first = Math.max(0, pieces.findIndex(hits) - 12);
  const line = make("p", {}, first > 0 ? "… " : "");
  for (const piece of pieces.slice(first, first + 56)) {
    line.append(hits(piece) ? make("mark", { textContent: piece }) : piece);
  }
  return line;
}

const field = make("input", { type: "search", id: "query", autocomplete: "off",
  placeholder: "label smoothing, why divide by sqrt, softmax, …" });
const found = make("ol", { id: "found" });
const status = make("p", { role: "status" });
const dialog = make("dialog", { id: "search-dialog", ariaLabel: "Search the book" },
  make("label", { htmlFor: "query", textContent: "Search the book" }), field, status, found,
  make("p", { className: "keys" },
    "↓ ↑ choose · Enter opens · Esc closes · / searches · n, p next and previous page"));
document.body.append(dialog);

function show() {
  const sections = book.find_sections(field.value), names = book.find_names(field.value);
  found.replaceChildren(
    ...sections.map((hit) => make("li", {}, make("a", { href: hit.section.address },
      make("strong", { textContent: hit.section.heading }),
      make("small", { textContent: hit.section.page === hit.section.heading ? ""
        : hit.section.page }), excerpt(hit)))),
    ...names.map(([name, kind, scope, address]) => make("li", { className: "name" },
      make("a", { href: address }, make("code", { textContent: name }),
        make("small", { textContent: [kind, scope && `of ${scope}`].filter(Boolean).join(" ") })))));
  const n = sections.length + names.length;
  status.textContent = n > 0 || !field.value.trim() ? "" : `Nothing about “${field.value}”.`;
}

field.addEventListener("input", show);
dialog.addEventListener("keydown", (event) => {
  const links = [...found.querySelectorAll("a")], at = links.indexOf(document.activeElement);
  if (event.key === "Enter" && event.target === field && links[0]) links[0].click();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  (links[at + step] ?? (at + step < 0 ? field : links[at]))?.focus();
});
// A hit on this page leaves it open; the dialog would lie over it.
found.addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

book.open_search = () => {
  dialog.showModal();
  field.select();
};
