// The preview's frame: asks for news, shows the chosen report in the chosen wikis, and loads a page again when it changed.
"use strict";

const SIDES = ["confluence", "notion"];
const by = (id) => document.getElementById(id);
const frame = (side) => by(side).querySelector("iframe");
let state = { version: -1, reports: [], problem: "", busy: true };
const shown = { confluence: 0, notion: 0 }; // the round of the page that stands in each frame
const stands = { confluence: "", notion: "" }; // and the report that it is of

function wanted() {
  const chosen = document.querySelector("input[name=wiki]:checked").value;
  return chosen === "both" ? SIDES : [chosen];
}

function current() {
  return state.reports.find((one) => one.source === by("report").value);
}

function fromHash() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // somebody typed half of a %xx
  }
}

function fillList() {
  const list = by("report");
  const before = list.value || fromHash();
  const names = state.reports.map((one) => {
    const broken = SIDES.some((side) => one[side] && one[side].error);
    return [one.source, (broken ? "✕ " : "") + one.title + " — " + one.source];
  });
  const same = list.length === names.length && names.every(([source, text], at) => list[at].value === source && list[at].text === text);
  if (same) return;
  list.replaceChildren(...names.map(([source, text]) => new Option(text, source)));
  if (names.some(([source]) => source === before)) list.value = before;
}

// A page loaded again keeps the place where its reader was: which folds are open, and how far down.
function reload(side, address) {
  const view = frame(side).contentWindow;
  let opened;
  try {
    opened = [...view.document.querySelectorAll("details")].map((one) => one.open);
  } catch { // a link led out of the preview
    frame(side).src = address;
    return;
  }
  const top = view.scrollY;
  frame(side).addEventListener("load", () => {
    [...view.document.querySelectorAll("details")].forEach((one, at) => { if (at < opened.length) one.open = opened[at]; });
    view.scrollTo(0, top);
  }, { once: true });
  view.location.reload();
}

function show(side, report, anew) {
  const pane = by(side);
  const face = report && report[side];
  const problem = pane.querySelector(".error");
  problem.hidden = !(face && face.error);
  problem.textContent = face ? face.error : "";
  pane.classList.toggle("old", Boolean(face && face.error));
  const notes = face ? face.notes : [];
  const box = pane.querySelector(".notes");
  box.hidden = !notes.length;
  box.querySelector("summary").textContent = notes.length === 1 ? "1 note for the author" : notes.length + " notes for the author";
  box.querySelector("ul").replaceChildren(...notes.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  if (!face || !face.address) {
    frame(side).src = "about:blank";
    shown[side] = 0;
    stands[side] = "";
  } else if (anew || !shown[side] || stands[side] !== report.source) {
    // the file of the report that was shown may be gone
    frame(side).src = face.address;
    shown[side] = face.changed;
    stands[side] = report.source;
  } else if (shown[side] !== face.changed) {
    shown[side] = face.changed;
    reload(side, face.address);
  }
}

function render(anew) {
  const sides = wanted();
  for (const side of SIDES) {
    by(side).hidden = !sides.includes(side);
    if (sides.includes(side)) show(side, current(), anew);
  }
  by("problem").hidden = !state.problem;
  by("problem").textContent = state.problem;
  const count = state.reports.length;
  const status = by("status");
  status.classList.toggle("busy", state.busy);
  status.textContent = state.busy ? "Publishing …" : count + (count === 1 ? " report" : " reports") + ", up to date";
  document.body.classList.toggle("is-phone", by("phone").checked);
  const report = current();
  if (report) document.title = report.title + " · preview";
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch("/preview/state?known=" + state.version);
      state = await answer.json();
      fillList();
      render(false);
    } catch {
      by("status").textContent = "The preview has ended; start it again.";
      await new Promise((done) => setTimeout(done, 1500));
      state.version = -1;
    }
  }
}

by("report").addEventListener("change", () => {
  location.replace("#" + encodeURIComponent(by("report").value));
  render(true);
});
by("wiki").addEventListener("change", () => render(true));
by("phone").addEventListener("change", () => render(false));
follow();
