// The desk's script: everything works without it. It adds keys, decisions without leaving the list, dropping of files,
// and looking again while an ingest is under way.
"use strict";
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  const say = (() => {
    let timer;
    return (text) => {
      const said = $("#said");
      if (!said) return;
      said.textContent = text;
      clearTimeout(timer);
      timer = setTimeout(() => { said.textContent = ""; }, 5000);
    };
  })();

  // On a narrow window the filters come folded.
  const filters = $("[data-filters]");
  if (filters && matchMedia("(max-width: 56rem)").matches) filters.open = false;
  for (const form of $$("[data-submits]")) form.addEventListener("change", () => form.submit());

  // ---------------------------------------------------------------- the list, or the findings of one picture
  const listed = "[data-list] > [data-finding]";
  const rows = () => $$(listed + ", .verdict[data-finding]");
  const aimed = () => rows().findIndex((row) => row.matches(":target"));
  // A finding that is folded away is shown where the address names it.
  const unfold = () => {
    const row = rows()[aimed()];
    const fold = row && row.closest("details.fold");
    if (fold && !fold.open) { fold.open = true; row.scrollIntoView(); }
  };
  unfold();
  let here = aimed();
  addEventListener("hashchange", () => { unfold(); here = aimed(); });
  const go = (to) => {
    const all = rows();
    if (!all.length) return;
    here = Math.max(0, Math.min(all.length - 1, to));
    all.forEach((row, at) => row.classList.toggle("here", at === here));
    const fold = all[here].closest("details.fold");
    if (fold) fold.open = true;
    all[here].focus({ preventScroll: true });
    all[here].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-finding]");
    if (!row) return;
    here = rows().indexOf(row);
    rows().forEach((other) => other.classList.toggle("here", other === row));
  });

  // Coming back, the row that was opened is the marked one.
  try {
    const kept = $("[data-list]") && sessionStorage.getItem("row");
    const at = kept ? rows().findIndex((row) => row.dataset.finding === kept) : -1;
    if (at >= 0 && performance.getEntriesByType("navigation")[0]?.type === "back_forward") go(at);
  } catch { /* nothing is kept here */ }
  addEventListener("pagehide", () => {
    const row = $("[data-list]") && rows()[here];
    try { if (row) sessionStorage.setItem("row", row.dataset.finding); } catch { /* nothing is kept here */ }
  });

  const decided = [];
  // After decisions the counts beside the list are made anew; its rows stay where they are.
  let counting;
  const recount = () => {
    clearTimeout(counting);
    counting = setTimeout(async () => {
      try {
        const answer = await fetch(location.href);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const open = $$("#facets .facet").filter((f) => $("details[open]", f)).map((f) => $("h2", f).textContent);
        for (const id of ["total", "facets"]) {
          const [now, fresh] = [$("#" + id), page.getElementById(id)];
          if (now && fresh && !now.contains(document.activeElement)) now.replaceWith(document.adoptNode(fresh));
        }
        $$("#facets .facet").forEach((f) => { const more = $("details", f); if (more && open.includes($("h2", f).textContent)) more.open = true; });
      } catch { /* the desk was ended; the next decision tells */ }
    }, 400);
  };
  const send = async (form, button) => {
    const body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.append(button.name, button.value);
    const to = (button && button.getAttribute("formaction")) || form.getAttribute("action");
    const answer = await fetch(to, { method: "POST", body, headers: { accept: "application/json" } });
    if (!answer.ok || !(answer.headers.get("content-type") || "").startsWith("application/json")) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const why = page.querySelector("main section p");
      throw new Error(why ? why.textContent : "That did not work.");
    }
    return answer.json();
  };
  const again = (row, review, text) => {
    const form = $("form.decide", row);
    form.elements.seen.value = review || "";
    $$("button", form).forEach((button) => button.remove());
    $$(".state", row).forEach((state) => state.remove());
    const make = (name, value, text, className) => {
      const button = document.createElement("button");
      Object.assign(button, { name, value, textContent: text, className });
      form.append(button);
      return button;
    };
    if (review) {
      make("review", review, "Undo", "plain").setAttribute("formaction", "/undo");
      const state = document.createElement("span");
      state.className = "state " + text;
      state.textContent = text;
      $(".line", row).append(state);
    } else {
      make("decision", "confirm", "Confirm", "yes");
      make("decision", "reject", "Reject", "no");
    }
    row.classList.toggle("decided", Boolean(review));
  };
  const decide = async (row, button) => {
    const form = $("form.decide", row);
    const at = rows().indexOf(row);
    const undoing = button.name === "review";
    const sent = send(form, button);
    $$("button", form).forEach((b) => { b.disabled = true; });
    // The next key is for the next row, answered or not.
    if (!undoing) go(at + 1);
    try {
      const done = await sent;
      recount();
      if (undoing) {
        again(row, null);
        const kept = decided.findIndex((d) => d === row);
        if (kept >= 0) decided.splice(kept, 1);
        say("Undone.");
        go(at);
      } else {
        const word = button.value === "confirm" ? "confirmed" : "rejected";
        again(row, done.review, word);
        decided.push(row);
        say(word === "confirmed" ? "Confirmed. z undoes it." : "Rejected. z undoes it.");
      }
    } catch (error) {
      $$("button", form).forEach((b) => { b.disabled = false; });
      go(at);
      say(error.message);
    }
  };
  document.addEventListener("submit", (event) => {
    const row = event.target.closest(listed);
    if (!row || !event.submitter) return;
    event.preventDefault();
    decide(row, event.submitter);
  });

  // On a narrow window the latest months are seen first.
  for (const chart of $$(".chart")) if (!$(".timeline", chart)) chart.scrollLeft = chart.scrollWidth;

  // ---------------------------------------------------------------- keys
  const keys = $("#keys");
  const on = $("#keys-on");
  const help = $("[data-help]");
  try { on.checked = localStorage.getItem("keys") !== "off"; } catch { /* nothing is kept here */ }
  on.addEventListener("change", () => {
    try { localStorage.setItem("keys", on.checked ? "on" : "off"); } catch { /* nothing is kept here */ }
  });
  help.hidden = false;
  help.addEventListener("click", () => keys.showModal());
  const press = (name, value) => {
    // Nothing is decided about a finding that nobody chose.
    const row = rows()[here];
    if (!row && rows().length) say("Choose a finding first: j and k move.");
    const button = row && $(`form.decide button[name="${name}"]${value ? `[value="${value}"]` : ""}`, row);
    if (button) button.click();
  };
  document.addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const does = {
      j: () => go(here + 1),
      k: () => go(here - 1),
      o: () => { const open = rows()[here] && $("[data-open]", rows()[here]); if (open) open.click(); },
      c: () => press("decision", "confirm"),
      x: () => press("decision", "reject"),
      z: () => {
        const last = decided.at(-1);
        const button = last ? $('button[name="review"]', last) : $(".done button") || (rows()[here] && $('button[name="review"]', rows()[here]));
        if (button) button.click();
      },
      "/": () => { const search = $("[data-search]"); if (search) search.focus(); else location.href = "/search"; },
      "?": () => keys.showModal(),
    }[event.key] || (event.key === "Enter" && event.target.matches("[data-finding]") ? () => $("[data-open]", event.target).click() : null);
    if (!does) return;
    event.preventDefault();
    does();
  });

  // ---------------------------------------------------------------- dropping a file
  const drop = $("#drop");
  if (drop) {
    const file = $("#file");
    const chosen = () => {
      const one = file.files[0];
      $("#chosen").textContent = one ? `${one.name}, ${Math.ceil(one.size / 1024)} KB` : "";
    };
    file.addEventListener("change", chosen);
    const over = (event, is) => { event.preventDefault(); drop.classList.toggle("over", is); };
    drop.addEventListener("dragover", (event) => over(event, true));
    drop.addEventListener("dragleave", (event) => over(event, false));
    drop.addEventListener("drop", (event) => {
      over(event, false);
      if (!event.dataTransfer.files.length) return;
      file.files = event.dataTransfer.files;
      chosen();
      $("#check").requestSubmit();
    });
    // A file that misses its place is not opened in place of the page.
    for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
    addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      file.files = event.clipboardData.files;
      chosen();
    });
  }

  // ---------------------------------------------------------------- an ingest under way
  const watch = async () => {
    const now = $("[data-refresh]");
    if (!now) return;
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(now.dataset.refresh)));
    try {
      if (document.hidden || now.contains(document.activeElement)) return watch();
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#ingest");
      const open = $$("details", now).map((details) => details.open);
      if (fresh) $$("details", fresh).forEach((details, at) => { details.open = Boolean(open[at]); });
      if (fresh) now.replaceWith(document.adoptNode(fresh));
    } catch { /* the desk was ended; the next try tells */ }
    return watch();
  };
  watch();
})();
