// Single keys that press what can be pressed anyway: each link and button names its own (data-key).
//
// They act outside fields alone, and can be turned off (WCAG 2.1.4): what lists them, hidden without
// this script, holds the switch, and the browser remembers.

const SWITCH = "ccis-keys";
const NOT_IN = "input, select, textarea, dialog";

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

// What has a key, inside a part of the page.
export function keyed(part, key) {
  return part.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

// Acts on the keys that are pressed in a part; find gives what a key does, or nothing.
export function onKeys(part, find) {
  const turn = part.querySelector("[data-keys-switch]");
  const name = () => {
    turn.textContent = keysAreOn() ? "Turn the keys off" : "Turn the keys on";
  };
  part.querySelector("[data-keys]").hidden = false;
  name();
  turn.addEventListener("click", () => {
    turnKeys(!keysAreOn());
    name();
  });
  part.addEventListener("keydown", (event) => {
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (!plain || !keysAreOn() || event.target.closest(NOT_IN)) {
      return;
    }
    const act = find(event.key.toLowerCase(), event.repeat);
    if (act) {
      event.preventDefault();
      act();
    }
  });
}

// Ctrl and Enter presses the button that says so, from anywhere on the page.
export function saveByKeys(button) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter" && !event.repeat && !event.target.closest("dialog")) {
      event.preventDefault();
      button.click();
    }
  });
}
