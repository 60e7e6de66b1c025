// What pages do better with script; all of them work without it.
"use strict";

// Copy buttons: hidden until there is a clipboard (browsers have one on https and localhost only).
if (navigator.clipboard) {
  for (const button of document.querySelectorAll(".copy-button")) {
    const source = button.closest(".copy").querySelector("code");
    const label = button.firstChild;
    const text = label.data;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent.trimEnd());
        label.data = "Copied";
      } catch {
        label.data = "Not copied";
      }
      setTimeout(() => { label.data = text; }, 2000);
    });
  }
}

// «/» leads to the search box, as on other package indexes.
document.addEventListener("keydown", event => {
  const search = document.querySelector("input[type=search]");
  const isTyping = event.target.matches("input, textarea, select, [contenteditable]");
  if (search && event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});
