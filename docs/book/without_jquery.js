// Stands for jquery.js where Doxygen, from 1.14 on, comes without it: what the theme asks of it.
window.$ = (what) => {
  const ready = (action) => {
    if (document.readyState !== "loading") action();
    else document.addEventListener("DOMContentLoaded", action);
  };
  if (typeof what === "function") return ready(what);
  return { ready, resize: (action) => window.addEventListener("resize", action) };
};
