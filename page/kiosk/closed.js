/* What a screen for everybody must not do: open a menu, another page or a file, keep one, zoom, or select. */
(() => {
  const { seewhy } = window;
  const { around } = seewhy.shared;
  const never = (event) => event.preventDefault();
  const typing = (event) => around(event, "input, textarea, [contenteditable]");
  const on = (name, act) => document.addEventListener(name, act, { capture: true, passive: false });

  on("contextmenu", never);
  on("dragstart", never);
  on("selectstart", (event) => {
    if (!typing(event)) never(event);
  });
  on("auxclick", never);
  // Zooming: by two fingers, by a wheel, by keys; and with the keys all that browsers do by them.
  on("touchmove", (event) => {
    if (event.touches.length > 1) never(event);
  });
  on("gesturestart", never);
  on("wheel", (event) => {
    if (event.ctrlKey) never(event);
  });
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(F\d+|Browser.*|ContextMenu)$/.test(event.key))
      never(event);
  });
  document
    .querySelector("meta[name=viewport]")
    ?.setAttribute("content", "width=device-width, initial-scale=1, maximum-scale=1, user-scalable=no");

  const leads = (link) =>
    link.hasAttribute("download") ||
    link.target ||
    link.origin !== location.origin ||
    link.pathname !== location.pathname;
  for (const name of ["click", "auxclick"])
    on(name, (event) => {
      const link = around(event, "a[href]");
      if (link && leads(link)) {
        never(event);
        event.stopPropagation();
      }
    });
  // Scripts press links that are not on the page.
  const press = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function click() {
    if (!leads(this)) press.call(this);
  };
  window.open = () => null;
  window.print = () => {};

  // A chooser would show the files of this computer.
  document.documentElement.toggleAttribute("data-files", seewhy.given.kiosk.files);

  // There is no way back to what another visitor saw.
  seewhy.remember = () => {};
})();
