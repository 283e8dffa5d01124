// Says something politely to whoever listens to the page, without moving the focus.

const said = document.createElement("div");
said.className = "govuk-visually-hidden";
said.setAttribute("role", "status");

// A region is heard only if it was there before its words.
export function readyToSay() {
  if (!said.isConnected) {
    document.body.append(said);
  }
}

export function say(words) {
  said.textContent = words;
}
