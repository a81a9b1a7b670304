// Formulas: typeset by MathJax on pages that have some, readable for screen readers too, and each
// symbol that docs/notation.md explains says on hover or tap what it means.
"use strict";

(() => {
  const text = document.querySelector("div.contents")?.textContent;
  if (!text || !/\\[(\[]/.test(text)) return;

  // The symbols of several characters, and capitals, which pages use for nothing else.
  const meanings = new Map(book.symbols
    .filter(([tex]) => /^([A-Z]|\\?[A-Za-z]+[_^].+)$/.test(tex))
    .map(([tex, , meaning]) => [tex, meaning]));
  const symbols = [...meanings.keys()];
  const patterns = [...symbols].sort((a, b) => b.length - a.length)  // d_{model} before d_m
    .map((tex) => tex.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  // Words, known symbols, other commands: what is read as one. A symbol is no index of another.
  const read = new RegExp("\\\\(?:mathrm|text|begin|end)\\{[^}]*\\}|" +
    `(?<![a-z_^]|_\\{)(${patterns.join("|")})(?![a-z(])|\\\\[A-Za-z]+`, "g");
  const marked = (tex) => tex.replace(read, (all, symbol) => symbol
    ? `\\class{symbol symbol-${symbols.indexOf(symbol)}}{${symbol}}` : all);

  window.MathJax = {
    extensions: ["tex2jax.js", "TeX/AMSmath.js", "TeX/AMSsymbols.js", "TeX/HTML.js",
      "AssistiveMML.js"],
    jax: ["input/TeX", "output/SVG"],
    messageStyle: "none",
    showMathMenu: false,
    menuSettings: { inTabOrder: false },
    SVG: { scale: 92, mtextFontInherit: true,
      linebreaks: { automatic: innerWidth < 768, width: "container" } },
    AuthorInit: () => {
      MathJax.Hub.Register.StartupHook("TeX Jax Ready", () => {
        if (page_name !== "notation.html") {
          MathJax.InputJax.TeX.prefilterHooks.Add((data) => { data.math = marked(data.math); });
        }
      });
      MathJax.Hub.Register.StartupHook("End", () => {
        for (const node of document.querySelectorAll("svg .symbol")) {
          const number = node.getAttribute("class").match(/symbol-(\d+)/)?.[1];
          const tex = symbols[number];
          if (tex) book.explain(node, `${tex}: ${meanings.get(tex)}`);
        }
        for (const formula of document.querySelectorAll("p.formulaDsp")) {
          if (formula.scrollWidth <= formula.clientWidth) continue;
          Object.assign(formula, { tabIndex: 0, role: "region", ariaLabel: "A wide formula" });
        }
        book.settle();
      });
    },
  };
  document.head.append(make("script", { src: "mathjax/MathJax.js" }));
})();
