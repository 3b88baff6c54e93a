/* Hands a file to the visitor. */
(() => {
  const { seewhy } = window;
  const KEPT = 60_000; // milliseconds: Safari begins to read only after the press, and some ask first where to put it

  seewhy.save = (blob, name) => {
    const link = Object.assign(seewhy.shared.make("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
  };
})();
