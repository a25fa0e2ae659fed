"""How the browser that draws figures is started, and what it is asked when a page is loaded."""

from __future__ import annotations

FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-startup-window",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card: three-dimensional figures
    "--disable-site-isolation-trials",  # frames in the page's process, so that their requests come to us too
    "--disable-features=IsolateOrigins,site-per-process,Translate,OptimizationHints,MediaRouter",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",  # the discard port: whatever escapes us ends there
    "--proxy-bypass-list=<-loopback>",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--hide-scrollbars",
    "--mute-audio",
    "--js-flags=--max-old-space-size=1024",  # MB
)
LAUNCH = (
    "import fcntl, os, sys\n"
    "pair = [fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]]\n"
    "for number, end in zip((3, 4), pair):\n"
    "    os.dup2(end, number)\n"
    "os.execv(sys.argv[3], sys.argv[3:])\n"
)
"""Chromium reads commands from descriptor 3 and answers on 4; ours have other numbers."""

STILL = """
(() => {
  const step = 16, last = 200;
  let waiting = new Map(), frame = 0, number = 0, running = false;
  const tick = () => {
    running = false;
    frame += 1;
    const calls = waiting;
    waiting = new Map();
    for (const call of calls.values()) call(frame * step);
    next();
  };
  const next = () => {
    if (running || !waiting.size || frame >= last) return;
    running = true;
    setTimeout(tick, step);
  };
  performance.now = () => frame * step;
  window.requestAnimationFrame = (call) => { waiting.set(++number, call); next(); return number; };
  window.cancelAnimationFrame = (which) => { waiting.delete(which); };
  let state = 20260101;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
})()
"""
"""A fixed number of frames at fixed times, and chance that is the same each time (the mulberry32 generator): the same page must give
the same picture.
"""

VIRTUAL_MS = 4000
"""The time that a page has, by its own clock, which runs as fast as the page works and stands still for the picture: slow
machines and animations make no difference.
"""
VIRTUAL_START_S = 1_767_225_600
"""What that clock shows at first: the year 2026 begins."""

DRAWN = """
(() => {
  document.documentElement.classList.add("nbwiki-still");
  for (const animation of document.getAnimations()) {
    try { animation.finish(); } catch { animation.cancel(); }
  }
  const buttons = (root) => root.querySelectorAll("*").forEach((node) => {
    if (/\\bbk-Toolbar\\b/.test(node.getAttribute("class"))) node.style.visibility = "hidden";
    if (node.shadowRoot) buttons(node.shadowRoot);
  });
  buttons(document);
  const root = document.documentElement, figure = document.getElementById("nbwiki-figure");
  const box = figure ? figure.getBoundingClientRect() : null;
  return box
    ? {x: box.left + scrollX, y: box.top + scrollY, width: Math.max(box.width, figure.scrollWidth), height: Math.max(box.height, figure.scrollHeight)}
    : {x: 0, y: 0, width: root.clientWidth, height: Math.max(root.scrollHeight, document.body ? document.body.scrollHeight : 0)};
})()
"""
"""Tells the figure's place in CSS pixels.

The class ``nbwiki-still`` is for styles that hide buttons in the picture; Bokeh's are in shadow trees, which no style
reaches.
"""
