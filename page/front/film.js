/* Watches a camera's preview: a camera that was unplugged, switched off or covered goes on showing something, and a
   shot of it would be black. */
(() => {
  const { seewhy } = window;
  const EVERY = 500; // milliseconds
  const DARK = 24; // of 255: a covered lens still makes some noise
  const LOOKS = 3; // so many dark ones before it is said; a camera begins with a few
  const SIDE = 16;
  const small = seewhy.shared.sheet(SIDE, SIDE);

  function dark(video) {
    const pen = small.getContext("2d", { willReadFrequently: true });
    pen.drawImage(video, 0, 0, SIDE, SIDE);
    return pen.getImageData(0, 0, SIDE, SIDE).data.every((value, i) => i % 4 === 3 || value < DARK);
  }

  const denied = () =>
    navigator.permissions.query({ name: "camera" }).then(
      (answer) => answer.state === "denied",
      () => false,
    );
  const unplugged = async (track) => {
    const { deviceId } = track.getSettings();
    const all = await navigator.mediaDevices.enumerateDevices();
    return Boolean(deviceId) && all.some((each) => each.deviceId) && !all.some((each) => each.deviceId === deviceId);
  };

  const MOVED = 6; // of 255, on average: more than a camera's own noise

  /* What tells whether a film has moved since it was asked before. */
  seewhy.movement = (video) => {
    const pen = seewhy.shared.sheet(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
    let before = null;
    return () => {
      if (!video.videoWidth) return false;
      pen.drawImage(video, 0, 0, SIDE, SIDE);
      const now = pen.getImageData(0, 0, SIDE, SIDE).data;
      const all = before ? now.reduce((sum, value, i) => sum + Math.abs(value - before[i]), 0) : 0;
      before = now;
      return all / (SIDE * SIDE * 3) > MOVED;
    };
  };

  /* Calls `poor` with "muted" or "dark" while its picture is worth nothing and with "" when it is good again, and
     `ended` with "ended" or "refused" when none will come any more. It ends with the film, or when the video is taken
     away. */
  seewhy.watchFilm = (video, { poor, ended }) => {
    const stream = /** @type {MediaStream | null} */ (video.srcObject);
    const [track] = stream?.getVideoTracks() ?? [];
    if (!track) return;
    let told = "";
    let looks = 0;
    const mine = () => video.isConnected && video.srcObject === stream;

    function tell(trouble) {
      if (trouble !== told) poor(trouble);
      told = trouble;
    }
    function look() {
      if (!mine() || track.readyState === "ended") return mine() ? end() : stop();
      looks = !track.muted && dark(video) ? looks + 1 : 0;
      tell(track.muted ? "muted" : looks >= LOOKS ? "dark" : "");
    }
    async function end() {
      stop();
      if (mine()) ended((await denied()) ? "refused" : "ended");
    }
    const left = async () => {
      if (await unplugged(track).catch(() => false)) end();
    };
    const timer = setInterval(look, EVERY);
    for (const name of ["mute", "unmute"]) track.addEventListener(name, look);
    track.addEventListener("ended", end);
    navigator.mediaDevices.addEventListener?.("devicechange", left);
    function stop() {
      clearInterval(timer);
      track.removeEventListener("ended", end);
      for (const name of ["mute", "unmute"]) track.removeEventListener(name, look);
      navigator.mediaDevices.removeEventListener?.("devicechange", left);
    }
  };
})();
