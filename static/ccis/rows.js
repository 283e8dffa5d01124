// Works a list by single keys: j and k go down and up, ? shows the keys, and each row's links and
// buttons have their own while the focus is in the row. Enter opens, as it does any link.
//
// Whoever comes back to a row (#name-…) has it under the focus again, and hears what was done.

import { keyed, onKeys } from "./keys.js";
import { readyToSay, say } from "./say.js";

const SOON = 100;

const nameIn = (row) => row.querySelector("th a");

export function workRows(rows) {
  const list = document.querySelector("[data-keys]");
  let last = rows.findIndex((row) => `#${nameIn(row).id}` === window.location.hash);

  function go(place) {
    last = Math.min(Math.max(place, 0), rows.length - 1);
    nameIn(rows[last]).focus();
  }

  function press(one) {
    return one && (() => {
      one.focus();
      one.click();
    });
  }

  onKeys(document, (key, again) => {
    if (key === "j" || key === "k") {
      return () => go(key === "j" ? last + 1 : last - 1);
    }
    if (again) {
      return null;
    }
    const row = document.activeElement.closest("tr");
    return press(keyed(row && key !== "?" ? row : list, key));
  });
  document.addEventListener("focusin", (event) => {
    const place = rows.indexOf(event.target.closest("tr"));
    last = place < 0 ? last : place;
  });
  readyToSay();
  if (last >= 0) {
    go(last);
    const banner = document.querySelector(".govuk-notification-banner__heading");
    window.setTimeout(() => say(banner ? banner.textContent.trim() : ""), SOON);
  }
}
