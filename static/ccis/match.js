// Works the queue of matches by single keys, and brings the next row without a page reload.
//
// Keys act only while the focus is in the section. Without this script every answer is a form, and
// the next row a page.

import { keyed, onKeys } from "./keys.js";
import { readyToSay, say } from "./say.js";

const SECTION = '[data-module="ccis-match"]';

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
  say(banner ? banner.textContent : "");
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
    say("Not sent yet. Try again.");
  }
}

export function work(section) {
  onKeys(section, (key, again) => {
    const button = again ? null : keyed(section, key);
    return button && (() => button.click());
  });
  section.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!event.target.dataset.sent) {
      event.target.dataset.sent = "yes";
      send(event.target, event.submitter);
    }
  });
  readyToSay();
  section.focus({ preventScroll: true });
}

window.addEventListener("popstate", () => {
  if (document.querySelector(SECTION) || window.location.pathname.startsWith("/matches/")) {
    window.location.reload();
  }
});
