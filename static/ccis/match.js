// Works the queue of matches by single keys, and brings the next row without a page reload.
//
// Keys act only while the focus is in the section, outside fields, and can be turned off
// (WCAG 2.1.4). Without this script every answer is a form, and the next row a page.

const SECTION = '[data-module="ccis-match"]';
const SWITCH = "ccis-match-keys";

const said = document.createElement("div");
said.className = "govuk-visually-hidden";
said.setAttribute("role", "status");

function keysAreOn() {
  try {
    return window.localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function turnKeys(on) {
  try {
    window.localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // Nothing can be kept here: they stay as they are.
  }
}

function nameSwitch(button) {
  button.textContent = keysAreOn() ? "Turn the keys off" : "Turn the keys on";
}

function press(section, event) {
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.repeat;
  if (!plain || !keysAreOn() || event.target.closest("input, select, textarea")) {
    return;
  }
  const button = section.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
}

// Puts what the server answered in the place of what is shown.
function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  const here = document.querySelector("main");
  if (!main || !here) {
    window.location.assign(address);
    return;
  }
  here.replaceWith(main);
  document.title = page.title;
  window.history.pushState({ match: true }, "", address);
  const banner = main.querySelector(".govuk-notification-banner__heading");
  const section = main.querySelector(SECTION);
  const heading = main.querySelector("h1");
  said.textContent = banner ? banner.textContent : "";
  if (section) {
    work(section);
  } else {
    heading.tabIndex = -1;
    heading.focus();
  }
  window.scrollTo(0, 0);
}

async function send(form, button) {
  const body = new FormData(form);
  if (button && button.name) {
    body.set(button.name, button.value);
  }
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(body),
      credentials: "same-origin",
    });
    const home = new URL(answer.url).pathname.startsWith("/matches/");
    if (!answer.ok || !home) {
      window.location.assign(answer.url); // signed out, or somewhere else to go
      return;
    }
    show(await answer.text(), answer.url);
  } catch {
    delete form.dataset.sent;
    said.textContent = "Not sent yet. Try again.";
  }
}

export function work(section) {
  const keys = section.querySelector("[data-match-keys]");
  const turn = section.querySelector("[data-match-switch]");
  keys.hidden = false;
  nameSwitch(turn);
  turn.addEventListener("click", () => {
    turnKeys(!keysAreOn());
    nameSwitch(turn);
  });
  section.addEventListener("keydown", (event) => press(section, event));
  section.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!event.target.dataset.sent) {
      event.target.dataset.sent = "yes";
      send(event.target, event.submitter);
    }
  });
  if (!said.isConnected) {
    document.body.append(said);
  }
  section.focus({ preventScroll: true });
}

window.addEventListener("popstate", () => {
  if (document.querySelector(SECTION) || window.location.pathname.startsWith("/matches/")) {
    window.location.reload();
  }
});
