// Gets a ticket for this page, then lets textual.js connect with it. The token never stands in an address
// that is asked for: it comes behind the #, which a browser keeps to itself, and is kept for this tab alone.
"use strict";

const KEY = "token";
let focused = false;

function token() {
  const told = new URLSearchParams(location.hash.slice(1)).get(KEY)
    || new URLSearchParams(location.search).get(KEY);
  if (told !== null) {
    sessionStorage.setItem(KEY, told);
  }
  history.replaceState(null, "", "/");
  return sessionStorage.getItem(KEY) || "";
}

function over(said, help, word) {
  document.getElementById("said").textContent = said;
  document.getElementById("help").textContent = help;
  document.getElementById("again").textContent = word;
  document.getElementById("over").hidden = false;
  document.getElementById("again").focus();
}

function follow() {
  new MutationObserver(() => {
    const typed = document.querySelector(".xterm-helper-textarea");
    if (document.body.classList.contains("-loaded") && typed !== null && !focused) {
      focused = true; // not before it is connected: textual.js would have nowhere to say so
      typed.focus();
    }
    if (document.body.classList.contains("-closed")) {
      over("This page is closed.",
        "A session that only pages showed pauses now, everything at rest. If it does not open again, "
        + "`unknot web` has ended, and every session that it started with it.",
        "Open it again");
    }
  }).observe(document.body, { attributes: true });
}

async function begin() {
  let answer;
  try {
    answer = await fetch("/ticket", { method: "POST", body: token() });
  } catch {
    over("Nothing answers.", "`unknot web` has ended. Start it again, and open the address that it prints.",
      "Try again");
    return;
  }
  if (!answer.ok) {
    sessionStorage.removeItem(KEY);
    over("This is not the token of the `unknot web` that runs now.",
      "It printed the right address when it started. Without a token this page can look, and nothing else.",
      "Open it to look");
    return;
  }
  const element = document.getElementById("terminal");
  element.dataset.sessionWebsocketUrl = `ws://${location.host}/ws/${await answer.text()}`;
  follow();
  try {
    await document.fonts.load("16px 'Roboto Mono'"); // xterm.js measures a letter once, as it begins
  } catch {
    console.warn("its own font cannot be had");
  }
  const script = document.createElement("script");
  script.src = "/static/js/textual.js";
  script.onload = () => window.onload();
  document.body.append(script);
}

document.getElementById("again").addEventListener("click", () => location.reload());
window.addEventListener("hashchange", () => location.reload());
window.addEventListener("load", begin);
