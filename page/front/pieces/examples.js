/* A tapped example travels as its number. */
element.addEventListener("click", (event) => {
  const button = seewhy.shared.around(event, "[data-number]");
  if (!button) return;
  seewhy.tapped = button.dataset.number ?? "";
  seewhy.repeatable(() => trigger("pick", { number: Number(button.dataset.number) }));
});
