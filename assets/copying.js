// A button that copies what is in a field. Without script the field can be selected and copied.

export function offerCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const status = document.getElementById(`${button.dataset.copy}-status`);
    if (!field || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      status.textContent = ""; // or the same words would not be announced again
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        status.textContent = button.dataset.copied;
      } catch {
        field.focus(); // forbidden: it is selected, so that the keyboard copies it
        status.textContent = button.dataset.refused;
      }
    });
  }
}
