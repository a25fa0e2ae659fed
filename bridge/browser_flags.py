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

DRAWN = """
(async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const frame = () => Promise.race([new Promise((done) => requestAnimationFrame(() => done())), pause(100)]);
  document.documentElement.classList.add("nbwiki-still");
  const buttons = (root) => root.querySelectorAll("*").forEach((node) => {
    if (/\\bbk-Toolbar\\b/.test(node.getAttribute("class"))) node.style.visibility = "hidden";
    if (node.shadowRoot) buttons(node.shadowRoot);
  });
  if (window.nbwikiDrawn) await window.nbwikiDrawn; else await pause(700);
  await document.fonts.ready;
  buttons(document);
  await frame(); await frame();
  const root = document.documentElement, figure = document.getElementById("nbwiki-figure");
  const box = figure ? figure.getBoundingClientRect() : null;
  return box
    ? {x: box.left + scrollX, y: box.top + scrollY, width: Math.max(box.width, figure.scrollWidth), height: Math.max(box.height, figure.scrollHeight)}
    : {x: 0, y: 0, width: root.clientWidth, height: Math.max(root.scrollHeight, document.body ? document.body.scrollHeight : 0)};
})()
"""
"""Waits until the figure stands (our own pages say so, others get a moment) and tells its place in CSS pixels.

The class ``nbwiki-still`` is for styles that hide buttons in the picture; Bokeh's are in shadow trees, which no style reaches.
"""
