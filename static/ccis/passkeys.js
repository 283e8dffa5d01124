// Shows the buttons for passkeys where the browser can use them, and says what went wrong.
const works = typeof window.PublicKeyCredential === "function";

for (const element of document.querySelectorAll("[data-passkeys]")) {
  element.hidden = (element.dataset.passkeys === "yes") !== works;
}

function show(name) {
  const words = [...document.querySelectorAll("[data-passkey-problem]")];
  const known = words.some((element) => element.dataset.passkeyProblem === name);
  for (const element of words) {
    element.hidden = element.dataset.passkeyProblem !== (known ? name : "");
  }
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  show(event.detail.exception?.name ?? "");
});
