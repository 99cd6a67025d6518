// Arrow keys go where the page's links go, for a meeting in front of one screen.

export function followKeys() {
  const links = document.querySelectorAll("a[data-key]");
  if (!links.length) return;
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest?.("input, textarea, select, summary");
    if (elsewhere || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    [...links].find((link) => link.dataset.key === event.key)?.click();
  });
}
