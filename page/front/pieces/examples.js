/* A tapped example travels as its number. */
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-number]");
  if (button) seewhy.repeatable(() => trigger("pick", { number: Number(button.dataset.number) }));
});
